# SPDX-License-Identifier: Apache-2.0
#
# `make` alone lists the targets. Each prints what it does and stops at the first failure.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
MAKEFLAGS += --no-print-directory

PREFIX ?= /usr/local
DESTDIR ?=
# Names of benchmarks for `make bench-own`; all of them when empty.
BENCH ?=
# Rows of `make bench`: backtest sweep levels matching episodes service start; all of them when empty.
ONLY ?=
ROUNDS ?= 3

# A scratch path is built with one set of flags only: changing flags compiles everything again.
RELEASE := swift build -c release --product mms
# Of this program only what computes is measured: it needs no service.
RELEASE_FAST := swift build -c release --disable-default-traits --product mms --scratch-path .build-v3 -Xcc -march=x86-64-v3
DEMO := swift build -c release --disable-default-traits --scratch-path .build-demo --product mms
DEMO_HOME := $(CURDIR)/.build-demo/home
SHARE = $(DESTDIR)$(PREFIX)/share/mms

say = @printf '==> %s\n'

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' Makefile

# What the service links with, and what its tests start.
SERVICE_PACKAGES := libzmq3-dev libhiredis-dev redis-server

.PHONY: setup
setup: ## check Swift and install system packages that are missing (Debian, Ubuntu)
	@.ci/setup $(SERVICE_PACKAGES)

.PHONY: setup-lean
setup-lean:
	@.ci/setup

.PHONY: demo
demo: setup-lean ## run a 30-day BTCUSDT black_swan simulation on the bundled real data
	$(say) "building mms without the service (a few minutes the first time): $(DEMO)"
	@$(DEMO)
	@mkdir -p '$(DEMO_HOME)'
	$(say) "simulating 30 days of BTCUSDT in scenario black_swan"
	@MMS_HOME='$(DEMO_HOME)' .build-demo/release/mms simulate --symbol BTCUSDT --period 30d \
	  --scenario black_swan --strategy threshold \
	  --param entry_threshold=0.02 --param exit_threshold=0.01 \
	  --param position_size=0.1 --param stop_loss=0.05 --report demo-report.html
	@test -s demo-report.html || { echo 'error: the simulation wrote no demo-report.html' >&2; exit 70; }
	$(say) "report: demo-report.html"

.PHONY: test
test: setup ## build and run the whole test suite
	$(say) "building the tests: swift build --build-tests"
	@swift build --build-tests
	@.ci/test

.PHONY: browser-test
browser-test: release ## open report pages in headless Chromium; screenshots in .build/report-screenshots
	@command -v chromium >/dev/null || .ci/setup chromium
	$(say) "Tests/Scripts/browser-test.py .build/release/mms"
	@Tests/Scripts/browser-test.py .build/release/mms .build/report-screenshots

.PHONY: test-optimised
test-optimised: setup ## run the tests of all that computes with optimisation: the same bits, no allocation per step
	$(say) "swift test -c release --package-path Tests/Optimised"
	@swift test -c release -Xswiftc -enable-testing --package-path Tests/Optimised \
	  --scratch-path .build-optimised </dev/null

.PHONY: slow
slow: setup ## run the test suite with the long forms of its tests (MMS_SLOW=1), NumPy beside us, and the fuzzer
	$(say) "building the tests: swift build --build-tests"
	@swift build --build-tests
	@MMS_SLOW=1 .ci/test
	@MMS_SLOW=1 $(MAKE) --no-print-directory test-optimised
	@FUZZ_SECONDS=30 $(MAKE) --no-print-directory fuzz
	@$(MAKE) --no-print-directory release
	@Tests/Scripts/service-under-fire.py .build/release/mms 5
	@Tests/Scripts/experiment-under-fire.py .build/release/mms
	@examples/distributed/check.sh .build/release/mms
	@for name in normal high_volatility black_swan; do \
	  .build/release/mms scenario validate scenarios/$${name}_book.yaml --targets --paths 60 || exit; done
	@.build/release/mms scenario validate scenarios/latent_liquidity_book.yaml --targets --period 7d --paths 60
	@if python3 -c 'import numpy' 2>/dev/null; then $(MAKE) --no-print-directory release && \
	  python3 Tests/Performance/avellaneda_stoikov.py .build/release/mms; \
	  else echo "==> no NumPy here: the comparison with it is left out"; fi
	@$(MAKE) --no-print-directory check-statistics

# Independent software for the statistics, in a folder of its own.
STATISTICS := numpy scipy arch empyrical-reloaded
STATISTICS_FORM ?=

.PHONY: check-statistics
check-statistics: release ## hold Sharpe ratio, drawdown, VaR, CVaR and bootstrap against scipy, arch and empyrical (from PyPI)
	@test -x .build-statistics/bin/python || python3 -m venv .build-statistics
	@.build-statistics/bin/python -c 'import arch, empyrical, scipy' 2>/dev/null \
	  || .build-statistics/bin/pip install --quiet $(STATISTICS)
	$(say) "Tests/Scripts/check-statistics.py"
	@.build-statistics/bin/python Tests/Scripts/check-statistics.py .build/release/mms $(STATISTICS_FORM)

# Seconds `make fuzz` runs; the folder of what it found and would try again.
FUZZ_SECONDS ?= 300

.PHONY: fuzz
fuzz: setup ## feed the parsers broken recordings and scenarios for five minutes (libFuzzer, address sanitizer)
	$(say) "building: swift build -c release --package-path Tests/Fuzz"
	@swift build -c release --package-path Tests/Fuzz --scratch-path .build-fuzz
	@mkdir -p .build-fuzz/corpus
	$(say) "fuzzing for $(FUZZ_SECONDS) s; what breaks is kept in .build-fuzz"
	@.build-fuzz/release/FuzzParsers -max_total_time=$(FUZZ_SECONDS) -timeout=20 -rss_limit_mb=4096 -max_len=4096 \
	  -artifact_prefix=.build-fuzz/ -print_final_stats=1 .build-fuzz/corpus Tests/Fuzz/Seeds

.PHONY: lint
lint: ## check format, the rules of determinism, and the container files
	$(say) "format: swift format lint --strict -r Sources Tests Package.swift"
	@swift format lint --strict -r Sources Tests Package.swift || \
	  { echo "error: the format differs from .swift-format; 'make format' mends most of it" >&2; exit 65; }
	$(say) "determinism: Tests/Scripts/check-determinism.sh"
	@Tests/Scripts/check-determinism.sh
	$(say) "containers: Tests/Scripts/check-containers.sh"
	@Tests/Scripts/check-containers.sh

.PHONY: format
format: ## rewrite the sources in the project's format
	$(say) "swift format -i -r Sources Tests Package.swift"
	@swift format -i -r Sources Tests Package.swift

# Each example with the compiler it needs.
PLUGINS := flash-crash:cc square-root-c:cc rough-volatility:c++ liquidity-regimes:rustc participation-rs:rustc \
  queue-race:swift

.PHONY: plugins
plugins: setup ## build the example plugins; those whose compiler is missing are skipped with a message
	@for pair in $(PLUGINS); do \
	  folder=Plugins/$${pair%%:*}; compiler=$${pair##*:}; \
	  if command -v "$$compiler" >/dev/null 2>&1; then \
	    printf '==> make -C %s\n' "$$folder"; $(MAKE) -s -C "$$folder"; \
	  else \
	    printf '==> skipping %s: there is no %s on the PATH\n' "$$folder" "$$compiler"; \
	  fi; \
	done

# What the interface's code is written with, from the packages this builds on.
PROTO_PLUGINS := protoc-gen-swift protoc-gen-grpc-swift-2
PROTO_OUT := Sources/MMSServer/GRPC/Generated

.PHONY: proto
proto: ## write the gRPC code again from Sources/MMSServer/GRPC/*.proto (needs protobuf-compiler, libprotobuf-dev)
	@command -v protoc >/dev/null || { echo "error: there is no 'protoc' on the PATH; install protobuf-compiler and libprotobuf-dev" >&2; exit 69; }
	@for plugin in $(PROTO_PLUGINS); do printf '==> swift build --product %s\n' $$plugin; swift build --product $$plugin; done
	$(say) "protoc to $(PROTO_OUT)"
	@rm -rf .build/proto && mkdir -p .build/proto $(PROTO_OUT)
	@protoc -I Sources/MMSServer/GRPC $(foreach plugin,$(PROTO_PLUGINS),--plugin=$(plugin)=.build/debug/$(plugin)) \
	  --swift_out=.build/proto --swift_opt=Visibility=Internal \
	  --grpc-swift-2_out=.build/proto --grpc-swift-2_opt=Visibility=Internal mms.proto health.proto
	@for file in .build/proto/*.swift; do \
	  { printf '// SPDX-License-Identifier: Apache-2.0\n// swift-format-ignore-file\n#if Service\n'; \
	    cat "$$file"; printf '#endif\n'; } >"$(PROTO_OUT)/$${file##*/}"; \
	done

.PHONY: documentation
documentation: ## the libraries' reference, from the comments of a debug build: .build/documentation
	@swift build --product mms
	$(say) "docc convert docs/MMS.docc"
	@Tests/Scripts/docc.sh

.PHONY: release
release: setup ## build the optimised program: .build/release/mms
	$(say) "building: $(RELEASE)"
	@$(RELEASE)

# With FAST=1 also built for the processor (several minutes); with SLOW=1 a year in the slowest peers.
.PHONY: bench
bench: release ## beside peers from PyPI, a table of ratios; parts: make bench ONLY="backtest levels" ROUNDS=5
	@command -v python3 >/dev/null || .ci/setup python3 python3-venv; .ci/setup wrk
	@if [ -n '$(FAST)' ]; then printf '==> %s\n' '$(RELEASE_FAST)'; $(RELEASE_FAST); fi
	$(say) "Tests/Performance/peers/bench.py $(ONLY)"
	@Tests/Performance/peers/bench.py --program .build/release/mms --rounds $(ROUNDS) $(if $(SLOW),--slow) \
	  $(if $(FAST),--fast-program .build-v3/release/mms) $(ONLY)

.PHONY: bench-own
bench-own: release ## run the benchmarks of mms alone; some of them: make bench-own BENCH="quotes/threshold"
	$(say) "mms bench $(BENCH)"
	@.build/release/mms bench $(BENCH)

# Names of rows for `make gate` and `make gate-accept`; all of them when empty.
GATE ?=

.PHONY: gate
gate: release ## instructions and allocations per step, operation, order and request against their limits
	@command -v python3 >/dev/null || .ci/setup python3; .ci/setup valgrind
	$(say) "Tests/Performance/gate/gate.py $(GATE)"
	@Tests/Performance/gate/gate.py --program .build/release/mms $(GATE)

.PHONY: gate-accept
gate-accept: release ## write what is measured now as the limits of `make gate`
	@command -v python3 >/dev/null || .ci/setup python3; .ci/setup valgrind
	$(say) "Tests/Performance/gate/gate.py --accept $(GATE)"
	@Tests/Performance/gate/gate.py --program .build/release/mms --accept $(GATE)

.PHONY: throughput
throughput: release ## an experiment of 10,000 simulations beside the engine alone: at least 85 % of its rate, memory flat
	@command -v python3 >/dev/null || .ci/setup python3
	$(say) "Tests/Performance/experiment.py"
	@Tests/Performance/experiment.py .build/release/mms

.PHONY: growth
growth: release ## how time and memory grow with steps, paths, symbols, cores, clients, orders and plugins; writes docs/performance
	@command -v python3 >/dev/null || .ci/setup python3 python3-venv; .ci/setup wrk
	$(say) "Tests/Performance/growth.py .build/release/mms"
	@Tests/Performance/growth.py .build/release/mms docs/performance

# Seconds for each line of `make load`.
LOAD_SECONDS ?= 5

.PHONY: load
load: release ## how many simulations a service answers per second, at 8 and 64 connections (wrk)
	@.ci/setup wrk
	@Tests/Performance/service-load.sh .build/release/mms $(LOAD_SECONDS)

.PHONY: install
install: release ## install program, scenarios and data under PREFIX (/usr/local)
	$(say) "mms to $(DESTDIR)$(PREFIX)/bin"
	@install -d '$(DESTDIR)$(PREFIX)/bin' '$(SHARE)/examples' || \
	  { echo "error: cannot write below $(DESTDIR)$(PREFIX); choose another place: make install PREFIX=\$$HOME/.local" >&2; exit 69; }
	@install -m 755 .build/release/mms '$(DESTDIR)$(PREFIX)/bin/mms'
	$(say) "scenarios and examples/data to $(SHARE)"
	@cp -R scenarios '$(SHARE)/'
	@cp -R examples/data '$(SHARE)/examples/'

.PHONY: clean
clean: ## remove what was built, the demo's files included
	$(say) "removing .build, .build-* and demo-report.html"
	@rm -rf .build .build-* demo-report.html Plugins/*/*.so
