# make help says what there is.

TARGET  := x86_64-unknown-linux-gnu
BINARY  := target/$(TARGET)/release/argocd-pin-plugin
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
# The image of `make image`.
TAG       ?= argocd-pin-plugin:dev
PLATFORMS ?= linux/amd64
SOURCE    ?=
URL       ?=

.DEFAULT_GOAL := build
.PHONY: build demo test test-slow test-argocd test-archives test-lexer fuzz soak deny test-tools test-helmfile test-image image licences bench lint completions man clean help helm

## build: the static release binary
build: $(BINARY)

# The target is named so that build scripts and macros, which cannot be static, are built without these flags.
$(BINARY): $(shell find src -name '*.rs') Cargo.toml Cargo.lock
	RUSTFLAGS="-C target-feature=+crt-static" $(CARGO) build --locked --release --target $(TARGET)
	@touch $@

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

## test-archives: our reader of chart archives against Go's and helm's (needs Go; FLAGS='-archives 100000')
test-archives:
	tools/test-archives $(FLAGS)

## test-lexer: our reader of templates against Go's own (needs Go; FLAGS='-mutants 100000 -templates DIR:DIR')
test-lexer:
	tools/test-lexer $(FLAGS)

## fuzz: what a stranger can send, into each reader (needs cargo-fuzz; SECONDS=n each, TARGETS='archives logs')
fuzz:
	tools/fuzz $(SECONDS) $(TARGETS)

## soak: renders many at once while things break (RENDERS=n)
soak: helm
	$(CARGO) build --locked
	$(PYTHON) tools/soak --binary target/debug/argocd-pin-plugin --helm "$(HELM3)" --helm "$(HELM4)" --renders $(RENDERS)

## deny: licences, duplicates and origins of all crates, and what is known of them (needs cargo-deny)
deny:
	$(CARGO) deny --locked check $(DENY)

## image: the sidecar's image (TAG=name, PLATFORMS=linux/amd64, SOURCE and URL for its labels)
image:
	docker buildx build --platform "$(PLATFORMS)" --tag "$(TAG)" \
	  --build-arg VERSION="$$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)" \
	  --build-arg REVISION="$$(git rev-parse HEAD)" --build-arg CREATED="$$(git log -1 --format=%cI)" \
	  --build-arg SOURCE="$(SOURCE)" --build-arg URL="$(URL)" .

## test-image: builds the image with this machine's compiler, and runs it confined (needs root and buildah)
test-image: helm
	tools/test-image "$(HELM4)"

## licences: the licences of all crates in the program, into target/licences
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
	@sed -n 's/^## \([a-z-]*\): \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20
