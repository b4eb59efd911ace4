# Two commands: `make demo` shows what Headway does, `make test` shows that it does it.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
PYTHON ?= python3
HEADWAY := .venv/bin/headway
PIP := .venv/bin/python -m pip --disable-pip-version-check --quiet

.PHONY: demo walk test lock larkfield docs font clean
.DELETE_ON_ERROR:

# Each step of the walk is shown as a reader would type it, then run.
define step
@printf '\n\033[1m$$ headway %s\033[0m\n' '$(1)'
@$(HEADWAY) $(1)
endef

demo: .venv/installed
	@$(HEADWAY) demo --dir headway-demo --no-open

walk: .venv/installed
	@rm -rf walk
	$(call step,init walk --name Larkfield --currency EUR)
	$(call step,-C walk import examples/larkfield/*.csv --yes --exported-on 2026-06-30)
	$(call step,-C walk metrics show win_rate --period 2026-Q2)
	$(call step,-C walk plan propose --history 2025-01..2025-12 --year 2026)
	$(call step,-C walk track --as-of 2026-06-30)
	@printf '\nTo see it in a browser: \033[1m%s -C walk serve\033[0m\n' '$(HEADWAY)'

test: .venv/installed-for-tests chromium
	@.venv/bin/python tests/gates/sizes.py
	@.venv/bin/python -m pytest -n auto

.venv/installed: requirements.lock pyproject.toml
	@echo 'Setting up .venv from requirements.lock (a minute the first time)'
	@test -x .venv/bin/python || $(PYTHON) -m venv .venv
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-build-isolation --no-deps -e .
	@touch $@

.venv/installed-for-tests: .venv/installed requirements-dev.lock
	@echo 'Adding what the tests need from requirements-dev.lock'
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

# The tests of the pages look at them in a real browser.
.PHONY: chromium
chromium:
	@if [ -n "$${HEADWAY_CHROMIUM:-}" ] || command -v chromium >/dev/null; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ]; then as_root=; elif command -v sudo >/dev/null; then as_root=sudo; else \
	  echo 'The tests need chromium, and installing it needs root: run "apt-get install chromium" as root,'; \
	  echo 'or set HEADWAY_CHROMIUM to a browser you have.'; exit 1; fi; \
	echo 'Installing chromium for the tests'; \
	$$as_root apt-get update -qq && $$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y \
	  --no-install-recommends chromium >/dev/null

# For maintainers: the locks (needs uv, see docs/decisions/0002-install.md), the shipped company, the reference pages.
COMPILE := uv pip compile --quiet --generate-hashes --universal --no-header --no-annotate --no-emit-index-url -p 3.11

lock:
	$(COMPILE) pyproject.toml --group build -o requirements.lock
	$(COMPILE) --group dev -c requirements.lock -o requirements-dev.lock

larkfield:
	.venv/bin/python -m headway.connectors.synthetic examples/larkfield

docs:
	.venv/bin/python docs/reference/generate.py

# The pages' font with its licence, from its npm package into the package folder; without it the reader's own stands in.
INTER := @fontsource-variable/inter@5.3.0
INTER_SHA256 := d26710dd38e7217484a1d47ee76c024977ec550548876f26d06ed1844af09a14
STATIC := src/headway/web/static

font:
	@mkdir -p build && cd build && npm pack --silent $(INTER) >/dev/null
	@echo '$(INTER_SHA256)  build/fontsource-variable-inter-5.3.0.tgz' | sha256sum --check --quiet
	@tar -xzf build/fontsource-variable-inter-5.3.0.tgz -C build package/files/inter-latin-wght-normal.woff2 package/LICENSE
	@cp build/package/files/inter-latin-wght-normal.woff2 $(STATIC)/inter.woff2
	@cp build/package/LICENSE $(STATIC)/inter-licence.txt
	@echo 'Inter lies in $(STATIC) and goes into the next wheel'

clean:
	rm -rf .venv walk headway-demo
