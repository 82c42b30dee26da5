# Handrail. The two commands a newcomer needs: `make demo` and `make test`.
# Looked up when it is used: on a bare machine it has just been installed.
PYTHON ?= $$(command -v python3.11 || command -v python3)
BIN := .venv/bin
CONSOLE := technician_console


.PHONY: help demo run test test-slow check generate bench-screen bench-input bench-files bench-broker bench-viewers bench-recovery bench-audit chaos audit-deps torture-audit profile-screen soak-screen screenshots format package install vendor clean

help: ## Show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

demo: packages-demo $(BIN)/.installed package ## Broker, virtual desktop and a joined support client, until Ctrl-C
	@exec $(BIN)/python -m tests.rig.demo

run: $(BIN)/.installed package ## The broker alone on http://127.0.0.1:8080
	@install -d -m 700 var
	@exec $(BIN)/handrail-broker run

test: packages-test check ## Everything: the static part and every test
	cd $(CONSOLE) && npm test --silent
	$(BIN)/python -m pytest -m 'not clock and not slow' --numprocesses 2 --dist loadfile --no-loadscope-reorder || $(ALONE)
	$(BIN)/python -m pytest -m 'clock and not slow'

# What failed beside another worker decides alone: both cores were busy, and it drives real windows. Where many
# failed, or none (a run that broke off), there is no second look.
ALONE = $(BIN)/python -m tests.rig.alone

test-slow: packages-test $(BIN)/.installed ## What takes minutes and `make test` leaves out: ten minutes of random content, 5120×1440
	$(BIN)/python -m pytest -m slow

check: $(BIN)/.installed $(CONSOLE)/node_modules/.installed ## The static part: ruff, mypy, tsc, ESLint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	cd $(CONSOLE) && npm run check --silent

generate: $(BIN)/.installed ## Write everything that is derived from the protocol and the life cycle
	$(BIN)/python -m broker.protocol.generate
	$(BIN)/python -m broker.session.diagram
	$(BIN)/python -m broker.config_page

bench-screen: packages-bench $(BIN)/.installed var/bench/.installed ## The screen engine beside others (as root; ARGS="--systems …")
	@exec $(BIN)/python -m benchmarks.screen $(ARGS)

bench-input: packages-bench $(BIN)/.installed ## Keys and moves from the page to the X server: lost, reordered, delay (ARGS="--seconds 5")
	@exec $(BIN)/python -m benchmarks.input $(ARGS)

bench-files: packages-bench $(BIN)/.installed ## Files both ways beside stock aiortc and a websocket, and keys meanwhile (as root; ARGS="--networks lan")
	@exec $(BIN)/python -m benchmarks.files $(ARGS)

bench-viewers: packages-bench $(BIN)/.installed ## What a third viewer costs the support client
	@exec $(BIN)/python -m benchmarks.viewers

bench-audit: packages-test $(BIN)/.installed ## The audit log by its size: append, search, verify, export (ARGS="--sizes 10000000 --systems sqlite")
	@exec $(BIN)/python -m benchmarks.audit $(ARGS)

bench-recovery: packages-bench $(BIN)/.installed ## How soon a session stands again after its network was cut (as root; ARGS="--rounds 4")
	@exec $(BIN)/python -m benchmarks.recovery $(ARGS)

chaos: DURATION = 1800
chaos: packages-test $(BIN)/.installed ## A session in a storm: cuts, other addresses, a killed broker, losses (as root; DURATION=1800 seconds, SEED=…)
	@exec $(BIN)/python -m tests.chaos --seconds $(DURATION) $(if $(SEED),--seed $(SEED)) $(ARGS)

bench-broker: packages-bench $(BIN)/.installed var/bench/.peerserver ## Relayed messages a second on one core, and KiB a connection, beside npm's PeerServer
	@exec $(BIN)/python -m benchmarks.broker $(ARGS)

audit-deps: var/audit/.installed $(BIN)/.installed $(CONSOLE)/node_modules/.installed ## Known weaknesses of what we depend on (pip-audit, npm audit)
	@exec $(BIN)/python -m tests.rig.audit_deps

torture-audit: packages-test $(BIN)/.installed ## kill -9 writers of the audit log, 1,000 on SQLite and on PostgreSQL (KILLS=1000, ARGS="--only sqlite")
	@exec $(BIN)/python -m tests.torture --kills $(or $(KILLS),1000) $(ARGS)

profile-screen: packages-bench $(BIN)/.installed ## From a key to its pixel, stage by stage, in a minute (ARGS="--ways tile")
	@exec $(BIN)/python -m benchmarks.screen.profile $(ARGS)

DURATION ?= 28800
soak-screen: packages-test $(BIN)/.installed ## Hours of random content, and memory that stays flat (DURATION=28800 seconds)
	@exec $(BIN)/python -m benchmarks.screen.soak --seconds $(DURATION) $(ARGS)

screenshots: $(BIN)/.installed ## Take the README's pictures anew, and of every window of the end user (var/screenshots)
	@$(BIN)/python -m tests.rig.screenshots

format: $(BIN)/.installed ## Format the Python code
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

package: var/downloads/.built ## The wheel that the join page offers, in var/downloads

install: $(BIN)/.installed ## The Python environment alone

vendor: $(CONSOLE)/node_modules/.installed ## Bundle the browser libraries into static/vendor
	cd $(CONSOLE) && npm run vendor

clean: ## Remove what the build made
	rm -rf .venv var/downloads $(CONSOLE)/node_modules dist

PACKAGES := packages-client packages-check packages-demo packages-test packages-bench
.PHONY: $(PACKAGES)
$(PACKAGES): packages-%:
	@.ci/install-system-packages $*

# The environment and its packages; system packages first, since evdev is compiled.
$(BIN)/.installed: pyproject.toml constraints.txt
	@.ci/install-system-packages client
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[dev]'
	@touch $@

$(CONSOLE)/node_modules/.installed: $(CONSOLE)/package-lock.json
	@.ci/install-system-packages check
	cd $(CONSOLE) && npm ci --silent --no-audit --no-fund
	@touch $@

# Only compared with, never shipped; without it the benchmark goes on and says so.
var/bench/.installed:
	@mkdir -p var/bench
	-npm install --prefix var/bench --no-save --omit=optional --silent --no-audit --no-fund meshcentral@1.1.55 && touch $@

var/bench/.peerserver:
	@mkdir -p var/bench
	-npm install --prefix var/bench --no-save --silent --no-audit --no-fund peer@1.0.2 && touch $@

var/audit/.installed:
	$(PYTHON) -m venv var/audit
	var/audit/bin/pip install --quiet pip-audit
	@touch $@

var/downloads/.built: $(BIN)/.installed $(shell find broker client static $(CONSOLE)/src -type f -not -name '*.pyc' 2>/dev/null)
	@rm -rf var/downloads && install -d -m 700 var && install -d var/downloads
	$(BIN)/pip wheel --quiet --no-deps --no-build-isolation --wheel-dir var/downloads .
	@touch $@
