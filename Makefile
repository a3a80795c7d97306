# What can be done here. `make` alone lists it; `make up` and `make test` set up by themselves all that they need.
PYTHON := .venv/bin/python
ALL_PATHS := PYTHONPATH=.:functions
# --universal: one lock for every computer. No index address is written, so the lock holds wherever packages come from.
COMPILE := .venv/bin/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate

# chalice packs its own runtime; what only its command line needs has no business on Lambda.
COMMAND_LINE_ONLY := chalice ansicon blessed click editor inquirer jinxed pip readchar runs setuptools wcwidth wheel xmod

.DEFAULT_GOAL := help
.PHONY: help up test check setup lock site signs languages preview-changes review decisions package docs journey prove-main-job prove-navigator prove-export prove-uploads prove-audit prove-applications paper-preview prove-kiosk prove-life-events prove-tablet clean

help: ## List what can be done
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

up: setup ## Start the whole product on this computer; Ctrl-C stops it, data stay in var/local
	@$(PYTHON) -m infra.local.up

test: check ## All that CI runs: set up, check, and every test
	@PYTHONHASHSEED=0 $(ALL_PATHS) $(PYTHON) -m pytest -n 2 --dist loadfile

check: setup ## Lint, types, import contracts, and the content's own rules
	@.venv/bin/ruff check .
	@.venv/bin/mypy
	@.venv/bin/mypy tests
	@$(ALL_PATHS) .venv/bin/lint-imports
	@$(PYTHON) -m content check ibusuki

setup: ## Install what is missing: system packages, Python packages, the local store
	@infra/local/setup.sh

lock: setup ## Pin every dependency with its hashes, after a change in pyproject.toml
	@[ -x .venv/bin/uv ] || $(PYTHON) -m pip install --quiet --disable-pip-version-check uv
	@$(COMPILE) --group site --group functions --group kiosk --group local --group check -o requirements.lock
	@$(COMPILE) --group functions $(addprefix --no-emit-package ,$(COMMAND_LINE_ONLY)) -o functions/requirements.txt
	@$(COMPILE) --group kiosk --constraint requirements.lock -o infra/kiosk/requirements.txt

site: setup ## Build the public site into var/site; AS_OF=2027-04-01 shows the fees and hours of another day
	@$(if $(AS_OF),MADONAVI_AS_OF=$(AS_OF)) NO_MKDOCS_2_WARNING=1 .venv/bin/mkdocs build --strict --quiet -f navi_site/mkdocs.yml -d $(CURDIR)/var/site

signs: site ## Print every sign and flyer as a PDF into var/signs
	@$(PYTHON) -m infra.local.signs

languages: setup ## Put new and changed texts into the files of phrases, to be translated
	@$(PYTHON) -m content languages ibusuki
	@$(PYTHON) -m navi_site.speech
	@$(PYTHON) -m kiosk_agent.speech

paper-preview: setup ## See the counter's papers filled, move their boxes, save them; on this computer only
	@$(PYTHON) -m kiosk_agent.preview

preview-changes: setup ## Which answers of the navigator change with the content as it is now
	@$(PYTHON) -m content changes ibusuki tests/content/decisions.csv

review: setup ## Facts that were checked more than half a year ago
	@$(PYTHON) -m content review ibusuki

decisions: setup ## Agree to those changes
	@$(PYTHON) -m content decisions ibusuki tests/content/decisions.csv

package: setup ## Make the zip for AWS Lambda in var/package, and look inside it
	@$(PYTHON) -m infra.package var/package

docs: setup ## Draw the documents that come from the code
	@$(ALL_PATHS) $(PYTHON) docs/draw.py
	@$(ALL_PATHS) $(PYTHON) -m docs.describe_api
	@$(ALL_PATHS) $(PYTHON) -m docs.describe_export
	@$(PYTHON) -m content.schema
	@$(PYTHON) -m content.editor
	@$(ALL_PATHS) $(PYTHON) -m tests.functions.store_cost

journey: setup ## Walk the main job in a real browser; pictures in var/journey
	@$(ALL_PATHS) $(PYTHON) -m tests.journeys.main_job

prove-main-job: setup ## Measure what we claim about the main job, one line per claim
	@$(ALL_PATHS) $(PYTHON) -m tests.prove.main_job

prove-navigator: setup ## Measure what we claim about the navigator and the site (some minutes)
	@$(ALL_PATHS) $(PYTHON) -m tests.prove.navigator

prove-export: setup ## Measure what we claim about exports: two officers at once, none twice, none missed
	@$(ALL_PATHS) $(PYTHON) -m tests.prove.export

prove-uploads: setup ## Measure what we claim about files that residents send (a minute)
	@$(ALL_PATHS) $(PYTHON) -m tests.prove.uploads

prove-audit: setup ## Tamper with the audit trail in every way, erase cases full of canaries, and look for what is left (a minute)
	@$(ALL_PATHS) $(PYTHON) -m tests.prove.audit

prove-applications: setup ## Measure what we claim about applications (some minutes); CLAIM="crashes pairs" picks out some
	@$(ALL_PATHS) $(PYTHON) -m tests.prove.applications $(CLAIM)

prove-kiosk: setup ## Measure what we claim about the counter (some minutes); CLAIM="printing remains" picks out some
	@$(ALL_PATHS) $(PYTHON) -m tests.prove.kiosk $(CLAIM)

prove-life-events: setup ## Measure what families are asked and told in a real browser, their papers, and QR across the air gap (some minutes)
	@$(ALL_PATHS) $(PYTHON) -m tests.prove.life_events

prove-tablet: setup ## Explore every order of resident, tablet and two officers up to eight steps (some minutes)
	@$(ALL_PATHS) $(PYTHON) -m tests.prove.tablet

clean: ## Remove what was built and cached; data of the local stack and the environment stay
	@rm -rf var/site var/package var/journey functions/vendor site .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -not -path './.venv/*' -not -path './node_modules/*' -prune -exec rm -rf {} +
