# elbo: `make run` and `make test` are all a newcomer needs; both install what is missing.
# SPDX-License-Identifier: Apache-2.0

SHELL := /bin/bash
.DEFAULT_GOAL := run

# Debian packages: oneDNN (kernels), ncurses (screen), SQLite (run store), zlib (gzipped data).
PACKAGES := libdnnl-dev libncurses-dev libsqlite3-dev zlib1g-dev
SWIFT ?= swift
SWIFT_FLAGS ?=
ELBO = $(shell $(SWIFT) build -c release --show-bin-path)/elbo
SESSION ?= sessions/demo.toml

.PHONY: run build test test-debug test-full bench latency check format lint deps sanitize sizes

## run: the workbench on the demo; without a terminal the demo runs headless and prints its result
run: build
	@if [ -t 0 ] && [ -t 1 ]; then "$(ELBO)" open $(SESSION); else "$(ELBO)" run $(SESSION) --headless; fi

## build: the release binary
build: deps
	$(SWIFT) build -c release --product elbo $(SWIFT_FLAGS)

# Tests see inside the modules, which changes every object file: they have a build folder of their own.
TEST_FLAGS = -c release -Xswiftc -enable-testing --scratch-path .build/tests $(SWIFT_FLAGS)

## test: all tests, in the release configuration
test: deps
	$(SWIFT) build --build-tests $(TEST_FLAGS)
	$(SWIFT) test --skip-build $(TEST_FLAGS)

## test-debug: all tests with assertions
test-debug: deps
	$(SWIFT) test $(SWIFT_FLAGS)

## test-full: the kill, fuzz and soak suites at full length
test-full: deps
	ELBO_FULL_TESTS=1 $(SWIFT) test $(TEST_FLAGS)

## bench: ratios against the machine's own peak and, with ELBO_TORCH_PYTHON=python, against PyTorch
bench: deps
	$(SWIFT) build -c release --product bench $(SWIFT_FLAGS)
	@"$$($(SWIFT) build -c release --show-bin-path)/bench"

## latency: how long the workbench takes to answer a key, idle and with all cores training (about four minutes)
latency: deps
	$(SWIFT) build -c release --product elbo $(SWIFT_FLAGS)
	$(SWIFT) build -c release --product latency $(SWIFT_FLAGS)
	@"$$($(SWIFT) build -c release --show-bin-path)/latency"

## check: everything that must hold before a change lands
check: lint test test-debug sanitize sizes

lint:
	$(SWIFT) format lint --strict --recursive --parallel Sources Tests Package.swift

## format: rewrite the sources in the project's format
format:
	$(SWIFT) format --in-place --recursive --parallel Sources Tests Package.swift

# Each sanitizer has its own build folder: the flags change every object file.
sanitize: deps
	SWIFT_BACKTRACE=enable=no $(SWIFT) test --sanitize=thread --scratch-path .build/thread \
	  --filter 'EngineKitTests|StoreTests|RunnerTests'
	SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=0 $(SWIFT) test --sanitize=address \
	  --scratch-path .build/address --filter 'TensorCoreTests|TerminalTests|DatasetsTests|DiagnosticsTests'

## sizes: lines per target, and the files that grow too long
sizes:
	@for target in Sources/* Sources/Engines/*; do \
	  [ -d $$target ] && [ $$target != Sources/Engines ] && \
	  printf '%6d lines  %s\n' $$(find $$target -name '*.swift' -o -name '*.[ch]' | xargs cat | wc -l) $$target; done; true
	@find Sources -name '*.swift' | xargs wc -l | awk '$$2 != "total" && $$1 > 400 { print "long: " $$0; if ($$1 > 700) bad = 1 } END { exit bad }'

## deps: installs the Debian packages that are missing
deps:
	@missing=; for package in $(PACKAGES); do \
	  dpkg-query -W -f '$${Status}' $$package 2>/dev/null | grep -q 'install ok installed' || missing="$$missing $$package"; done; \
	if [ -n "$$missing" ]; then \
	  echo "installing$$missing"; \
	  as_root=; [ "$$(id -u)" = 0 ] || as_root=sudo; \
	  $$as_root apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$as_root apt-get install -y -qq --no-install-recommends $$missing >/dev/null \
	    || { echo "could not install$$missing; install these packages and try again" >&2; exit 1; }; fi
