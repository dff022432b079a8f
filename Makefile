# make help says what there is.

BINARY  := target/x86_64-unknown-linux-gnu/release/argocd-pin-plugin
VERSION := $(shell sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
CARGO   ?= cargo
PYTHON  ?= python3
# A chart's directory for `make bench`, and how many pairs it times.
CHART   ?= examples/charts/pinned-demo
RUNS    ?= 30
# How long each target of `make fuzz` runs, and how much `make soak` renders.
SECONDS ?= 60
TARGETS ?=
RENDERS ?= 400
# What `make deny` looks at. `advisories` too where the database of them can be fetched.
DENY    ?= licenses bans sources
# The image of `make image`. OUTPUT says where it goes, as buildx has it: into the builder's own store if it is empty.
TAG       ?= argocd-pin-plugin:dev
OUTPUT    ?=
PLATFORMS ?= linux/amd64
SOURCE    ?=
URL       ?=

.DEFAULT_GOAL := build
.PHONY: build demo test test-slow test-argocd e2e test-archives test-tools test-helmfile test-image image licences bench lint completions man clean help helm test-page dist sbom version test-arm64 lint-workflows test-lexer fuzz soak deny

## build: the static release binary
build: $(BINARY)

$(BINARY): $(shell find src -name '*.rs') Cargo.toml Cargo.lock rust-toolchain.toml tools/build
	CARGO="$(CARGO)" tools/build
	@touch $@

## dist: static binaries for amd64 and arm64, SBOM and sums, into target/dist (needs gcc-aarch64-linux-gnu)
dist:
	CARGO="$(CARGO)" tools/dist

## sbom: what the program contains (SPDX), into target/argocd-pin-plugin.spdx.json
sbom:
	@mkdir -p target
	SOURCE_DATE_EPOCH="$$(git log -1 --format=%ct)" tools/sbom > target/argocd-pin-plugin.spdx.json

## version: the version that is in Cargo.toml
version:
	@echo $(VERSION)

## demo: shows the main job on an example chart
demo: $(BINARY) helm
	tools/demo "$(CURDIR)/$(BINARY)" "$(HELM3)"

## test: all tests, with both helm versions
test: helm
	PIN_TEST_HELM3="$(HELM3)" PIN_TEST_HELM4="$(HELM4)" $(CARGO) test --locked

## test-slow: 200 derived RSA keys and larger ones, checked by OpenSSL
test-slow:
	$(CARGO) test --locked --release --lib certificate:: -- --ignored

## test-argocd: the plugin against Argo CD's own code and native Helm (needs Go; FLAGS='-test.run TestOptions')
test-argocd: helm
	$(CARGO) build --locked
	tools/test-argocd "$(CURDIR)/target/debug/argocd-pin-plugin" "$(HELM3)" "$(HELM4)" $(FLAGS)

## e2e: a real Argo CD on a real API server (needs Go, root; CHART=dir, FLAGS='seed adopt' or '--picture docs/e2e.svg seed')
e2e: $(BINARY) helm
	$(PYTHON) tests/e2e --binary "$(CURDIR)/$(BINARY)" --helm "$(HELM4)" --kubectl "$$(tools/get-helm kubectl)" \
		--chart "$(CHART)" $(FLAGS)

## test-archives: our reader of chart archives against Go's and helm's (needs Go; FLAGS='-archives 100000')
test-archives:
	tools/test-archives $(FLAGS)

## test-lexer: our reader of templates against Go's own (needs Go; FLAGS='-mutants 100000 -templates DIR:DIR')
test-lexer:
	tools/test-lexer $(FLAGS)

## fuzz: what a stranger can send, into each reader (needs cargo-fuzz; SECONDS=n each, TARGETS='archives logs')
fuzz:
	tools/fuzz $(SECONDS) $(TARGETS)

## soak: renders many charts at once while things break (RENDERS=n; FLAGS='--faults none' to see whether any changes by chance)
soak: helm
	$(CARGO) build --locked
	rm -rf target/kept
	PIN_TEST_KEEP="$(CURDIR)/target/kept" PIN_TEST_HELM3="$(HELM3)" PIN_TEST_HELM4="$(HELM4)" \
		$(CARGO) test --locked --test traps --test day_two
	$(PYTHON) tools/soak --binary target/debug/argocd-pin-plugin --helm "$(HELM3)" --helm "$(HELM4)" \
		--kept target/kept --renders $(RENDERS) $(FLAGS)

## deny: licences, duplicates and origins of all crates, and what is known of them (needs cargo-deny)
deny:
	$(CARGO) deny --locked check $(DENY)

## image: the sidecar's image (TAG=name, PLATFORMS=linux/amd64, OUTPUT; SOURCE and URL for its labels)
image:
	@mkdir -p target
	SOURCE_DATE_EPOCH="$$(git log -1 --format=%ct)" docker buildx build --platform "$(PLATFORMS)" --tag "$(TAG)" \
	  --provenance=false --metadata-file target/image.json $(if $(OUTPUT),--output "$(OUTPUT)") \
	  --build-arg VERSION="$(VERSION)" --build-arg REVISION="$$(git rev-parse HEAD)" --build-arg CREATED="$$(git log -1 --format=%cI)" \
	  --build-arg SOURCE="$(SOURCE)" --build-arg URL="$(URL)" .

## test-arm64: the tests for arm64, by qemu (needs gcc-aarch64-linux-gnu and qemu-user; FLAGS=--lib)
test-arm64: helm
	PIN_TEST_HELM3="$(HELM3)" PIN_TEST_HELM4="$(HELM4)" tools/test-arm64 $(FLAGS)

## test-image: builds the image with this machine's compiler, and runs it confined (needs root and buildah)
test-image: helm
	tools/test-image "$(HELM4)"

## test-page: what `explain --output html` prints, in headless Chromium (FLAGS='--screenshots folder'; left out without one)
test-page: helm
	$(CARGO) build --locked
	tools/test-page "$(CURDIR)/target/debug/argocd-pin-plugin" "$(HELM3)" $(FLAGS)

## licences: the licences of all that is in the program, into target/licences
licences:
	@mkdir -p target/licences
	for target in x86_64 aarch64; do tools/licences $$target-unknown-linux-gnu > target/licences/$$target.txt || exit 1; done

## test-tools: Kustomize with the binary in the place of helm (needs Go)
test-tools: helm
	PIN_TEST_HELM3="$(HELM3)" PIN_TEST_HELM4="$(HELM4)" PIN_TEST_KUSTOMIZE="$$(tools/get-tool kustomize)" \
		$(CARGO) test --locked --test stand_in -- --ignored kustomize

## test-helmfile: the same with helmfile (needs Go; the first build takes many minutes)
test-helmfile: helm
	PIN_TEST_HELM3="$(HELM3)" PIN_TEST_HELM4="$(HELM4)" PIN_TEST_HELMFILE="$$(tools/get-tool helmfile)" \
		$(CARGO) test --locked --test stand_in -- --ignored helmfile

## bench: times plain helm against the plugin (CHART=dir RUNS=n)
bench: $(BINARY) helm
	$(PYTHON) tools/bench --binary $(BINARY) --helm "$(HELM3)" --runs $(RUNS) $(CHART)

## lint: formatting and clippy
lint:
	$(CARGO) fmt --check
	$(CARGO) clippy --locked --all-targets -- -D warnings
	$(CARGO) clippy --locked --features fuzz --example read-templates -- -D warnings

## lint-workflows: .github/workflows, with actionlint and zizmor (needs Go)
lint-workflows:
	tools/lint-workflows

## completions: shell completions into target/completions
completions: $(BINARY)
	@mkdir -p target/completions
	for shell in bash zsh fish; do $(BINARY) completions $$shell > target/completions/argocd-pin-plugin.$$shell; done

## man: manual pages into target/man
man: $(BINARY)
	@mkdir -p target/man
	$(BINARY) man --dir target/man

## helm: finds or installs the helm binaries and the kubectl of the tests
helm:
	@tools/get-helm > /dev/null

HELM3 := $(CURDIR)/.cache/helm/3.17/helm
HELM4 := $(CURDIR)/.cache/helm/4.3/helm

## clean: removes what was built, and the helm binaries
clean:
	$(CARGO) clean
	rm -rf .cache

## help: this list
help:
	@sed -n 's/^## \([a-z0-9-]*\): \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20
