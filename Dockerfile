# The sidecar's image: one static program, certificates, time zones, plugin.yaml. No shell, no package manager.
#
#   docker buildx build --platform linux/amd64,linux/arm64 --build-arg VERSION=0.1.0 --tag REGISTRY/argocd-pin-plugin:0.1.0 .
#
# Neither argocd-cmp-server nor helm is in it: init containers put those of the Argo CD that runs into the volume
# var-files. `--target with-helm` adds a helm, for those who run the program without Argo CD.

# The compiler, by its digest. Another registry's copy has the same one.
ARG RUST_IMAGE=docker.io/library/rust:1.95.0-trixie@sha256:f49565f188ee00bc2a18dd418183f2c5f23ef7d6e691890517ed341a598f67c3

FROM --platform=$BUILDPLATFORM ${RUST_IMAGE} AS build
ARG BUILDARCH
ARG TARGETARCH
# A compiler for the other architecture links what Rust builds for it. tzdata-legacy has the names that charts still use, such
# as US/Eastern.
# hadolint ignore=DL3008
RUN set -eu; \
    set -- ca-certificates python3 tzdata tzdata-legacy; \
    case "$BUILDARCH/$TARGETARCH" in \
      arm64/amd64) set -- "$@" gcc-x86-64-linux-gnu libc6-dev-amd64-cross ;; \
      amd64/arm64) set -- "$@" gcc-aarch64-linux-gnu libc6-dev-arm64-cross ;; \
    esac; \
    apt-get update; \
    apt-get install --yes --no-install-recommends "$@"; \
    rm -rf /var/lib/apt/lists/*; \
    case "$TARGETARCH" in \
      amd64) echo x86_64-unknown-linux-gnu > /target ;; \
      arm64) echo aarch64-unknown-linux-gnu > /target ;; \
      *) echo "no image is made for $TARGETARCH" >&2; exit 1 ;; \
    esac
WORKDIR /src
# What it depends on, in a layer of its own: it changes with Cargo.lock only.
COPY tools/build tools/build
COPY Cargo.toml Cargo.lock ./
RUN set -eu; \
    mkdir src; \
    echo '//! Nothing yet.' > src/lib.rs; \
    echo '//! Nothing yet.' > src/main.rs; \
    echo 'fn main() {}' >> src/main.rs; \
    tools/build "$(cat /target)"
COPY LICENSE ./
COPY tools/licences tools/crates.py tools/
RUN mkdir -p /rootfs/usr/share/doc/argocd-pin-plugin && \
    tools/licences "$(cat /target)" > /rootfs/usr/share/doc/argocd-pin-plugin/THIRD-PARTY-LICENSES
COPY README.md ./
COPY src src
# The files may be older than the layer above.
RUN set -eu; \
    touch src/lib.rs src/main.rs; \
    install -D "$(tools/build "$(cat /target)")" /rootfs/usr/local/bin/argocd-pin-plugin

FROM build AS rootfs
COPY LICENSE /rootfs/usr/share/doc/argocd-pin-plugin/LICENSE
COPY --chmod=0644 plugin.yaml /rootfs/home/argocd/cmp-server/config/plugin.yaml
# The certificates are for `helm dependency build` from https and OCI repositories, the time zones for charts that call
# dateInZone. The empty folders are where the volumes go: the root file system is read-only.
WORKDIR /rootfs
RUN set -eu; \
    mkdir -p etc/ssl/certs etc/argocd-pin-plugin etc/argocd-pin-plugin-scopes app/config/tls usr/share; \
    mkdir -p var/run/argocd home/argocd/cmp-server/plugins; \
    cp --dereference /etc/ssl/certs/ca-certificates.crt etc/ssl/certs/; \
    cp --archive /usr/share/zoneinfo usr/share/; \
    for package in ca-certificates tzdata; do \
      install -D -m 0644 "/usr/share/doc/$package/copyright" "usr/share/doc/$package/copyright"; \
    done; \
    echo 'argocd:x:999:999::/home/argocd:/nonexistent' > etc/passwd; \
    echo 'argocd:x:999:' > etc/group; \
    install -d -m 1777 tmp

FROM scratch AS plugin
ARG VERSION=0.1.0
ARG REVISION=unknown
# The revision's time (RFC 3339), so that a build of it is the same at any time.
ARG CREATED=1970-01-01T00:00:00Z
ARG SOURCE=
ARG URL=
LABEL org.opencontainers.image.title="argocd-pin-plugin" \
      org.opencontainers.image.description="An Argo CD config management plugin that pins the secrets which Helm charts generate" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}" \
      org.opencontainers.image.source="${SOURCE}" \
      org.opencontainers.image.url="${URL}"
COPY --from=rootfs /rootfs /
ENV PATH=/usr/local/bin \
    HOME=/home/argocd \
    USER=argocd
WORKDIR /home/argocd
USER 999:999
ENTRYPOINT ["/var/run/argocd/argocd-cmp-server"]

# Helm, the version that Argo CD 3.5.1 itself runs. The sums are those that Argo CD checks when it builds its own image:
# hack/installers/checksums in its source. Without a way to the download, give the build a folder in its place that holds
# rootfs/usr/local/bin/helm: `--build-context helm=FOLDER`.
FROM --platform=$BUILDPLATFORM ${RUST_IMAGE} AS helm
ARG TARGETARCH
ARG HELM_URL=https://get.helm.sh
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
      "${HELM_URL}/helm-v${HELM_VERSION}-linux-${TARGETARCH}.tar.gz"; \
    echo "$sum  helm.tar.gz" > helm.sha256; \
    sha256sum --check --strict helm.sha256; \
    tar --extract --file helm.tar.gz --strip-components 1 "linux-${TARGETARCH}/helm" "linux-${TARGETARCH}/LICENSE"; \
    install -D helm /rootfs/usr/local/bin/helm; \
    install -D -m 0644 LICENSE /rootfs/usr/share/doc/helm/LICENSE

FROM plugin AS with-helm
COPY --from=helm /rootfs /

# The one that is built unless a target is named.
FROM plugin
