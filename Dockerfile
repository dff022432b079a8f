# syntax=docker/dockerfile:1

# The sidecar's image: two static programs, certificates, time zones, plugin.yaml. No shell, no package manager.
#
#   docker buildx build --platform linux/amd64,linux/arm64 --build-arg VERSION=0.1.0 --tag REGISTRY/argocd-pin-plugin:0.1.0 .
#
# argocd-cmp-server is not in it: Argo CD's own init container `copyutil` puts it into the volume var-files, so that it
# always is the one of the Argo CD that runs.

ARG RUST_VERSION=1.95.0

FROM --platform=$BUILDPLATFORM docker.io/library/rust:${RUST_VERSION}-trixie AS build
ARG BUILDARCH
ARG TARGETARCH
# A compiler for the other architecture links what Rust builds for it; the names are the same on both.
ENV CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_LINKER=x86_64-linux-gnu-gcc \
    CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc
# hadolint ignore=DL3008
RUN set -eu; \
    set -- ca-certificates tzdata; \
    case "$BUILDARCH/$TARGETARCH" in \
      arm64/amd64) set -- "$@" gcc-x86-64-linux-gnu libc6-dev-amd64-cross ;; \
      amd64/arm64) set -- "$@" gcc-aarch64-linux-gnu libc6-dev-arm64-cross ;; \
    esac; \
    apt-get update; \
    apt-get install --yes --no-install-recommends "$@"; \
    rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY Cargo.toml Cargo.lock LICENSE README.md ./
COPY src src
# The target is named so that build scripts and macros, which cannot be static, are built without these flags.
RUN set -eu; \
    case "$TARGETARCH" in \
      amd64) target=x86_64-unknown-linux-gnu ;; \
      arm64) target=aarch64-unknown-linux-gnu ;; \
      *) echo "no image is made for $TARGETARCH" >&2; exit 1 ;; \
    esac; \
    rustup target add "$target"; \
    RUSTFLAGS="-C target-feature=+crt-static" cargo build --locked --release --target "$target"; \
    install -D "target/$target/release/argocd-pin-plugin" /rootfs/usr/local/bin/argocd-pin-plugin

# Helm, the version that Argo CD 3.5.1 itself runs, so that a chart renders the same with the plugin and without it.
# The sums are those that Argo CD checks when it builds its own image: hack/installers/checksums in its source.
FROM --platform=$BUILDPLATFORM docker.io/library/rust:${RUST_VERSION}-trixie AS helm
ARG TARGETARCH
ARG HELM_VERSION=4.2.1
ARG HELM_SHA256_AMD64=479dca836e5b45e8bd222400c5591b0e3a647378f03ff96597180db97c17fdae
ARG HELM_SHA256_ARM64=596b9a73d366c1e72ce67d595c22805480e30914593aafbc9f547694e72814db
WORKDIR /download
RUN set -eu; \
    case "$TARGETARCH" in \
      amd64) sum="$HELM_SHA256_AMD64" ;; \
      arm64) sum="$HELM_SHA256_ARM64" ;; \
      *) echo "no image is made for $TARGETARCH" >&2; exit 1 ;; \
    esac; \
    curl --fail --silent --show-error --location --retry 3 --output helm.tar.gz \
      "https://get.helm.sh/helm-v${HELM_VERSION}-linux-${TARGETARCH}.tar.gz"; \
    echo "$sum  helm.tar.gz" > helm.sha256; \
    sha256sum --check --strict helm.sha256; \
    tar --extract --file helm.tar.gz --strip-components 1 "linux-${TARGETARCH}/helm"; \
    install -D helm /rootfs/usr/local/bin/helm

FROM build AS rootfs
COPY --from=helm /rootfs /rootfs
COPY LICENSE /rootfs/usr/share/doc/argocd-pin-plugin/LICENSE
COPY --chmod=0644 plugin.yaml /rootfs/home/argocd/cmp-server/config/plugin.yaml
# The certificates are for `helm dependency build` from https and OCI repositories, the time zones for charts that call
# dateInZone. The empty folders are where the volumes go: the root file system is read-only.
WORKDIR /rootfs
RUN set -eu; \
    mkdir -p etc/ssl/certs etc/argocd-pin-plugin usr/share var/run/argocd home/argocd/cmp-server/plugins; \
    cp --dereference /etc/ssl/certs/ca-certificates.crt etc/ssl/certs/; \
    cp --archive /usr/share/zoneinfo usr/share/; \
    echo 'argocd:x:999:999::/home/argocd:/nonexistent' > etc/passwd; \
    echo 'argocd:x:999:' > etc/group; \
    install -d -m 1777 tmp

FROM scratch
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="argocd-pin-plugin" \
      org.opencontainers.image.description="An Argo CD config management plugin that pins the secrets which Helm charts generate" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY --from=rootfs /rootfs /
ENV PATH=/usr/local/bin \
    HOME=/home/argocd \
    USER=argocd
WORKDIR /home/argocd
USER 999:999
ENTRYPOINT ["/var/run/argocd/argocd-cmp-server"]
