# make help lists the targets. Everything is made below .venv/ and build/.

PYTHON ?= python3
ORIGINALS ?= corpus/originals
VENV := .venv
BIN := $(VENV)/bin
NOTEBOOKS := $(filter-out %-Copy1.ipynb %-Copy2.ipynb,$(sort $(wildcard notebooks/[0-9]*.ipynb)) $(sort $(wildcard notebooks/methods/*.ipynb)))
EXECUTED := $(NOTEBOOKS:%=build/%)
INPUTS := datapackage.yaml $(shell find src data corpus -type f -not -name '*.pyc' -not -path 'corpus/originals/*' -not -path 'data/own/*' -not -path 'data/results/*')
PAGES := $(shell find docs -type f -not -name '*.pyc') $(wildcard *.md)

# Two notebooks at a time; one thread each, so that numbers repeat on any machine.
MAKEFLAGS += --jobs=2 --no-builtin-rules
export OMP_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1
export PYTHONHASHSEED := 0
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PYDEVD_DISABLE_FILE_VALIDATION := 1
# Originals are off unless asked for, whatever lies on the machine.
unexport CITYANALYSIS_ORIGINALS

.PHONY: all site test test-library test-study test-originals coverage style lab refresh advisories clean help
.DELETE_ON_ERROR:

all: site ## execute every notebook into build/ and render the site (the default)
	@echo "open build/site/index.html"

$(VENV)/ready: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	  || { echo "set-up: Python 3.11 or later is needed, found: $$($(PYTHON) --version 2>&1); try 'make PYTHON=python3.12'"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
	  || { echo "set-up: this Python has no venv module; install it (on Debian and Ubuntu: apt install python3-venv)"; exit 1; }
	@echo "set-up: installing the pinned packages into $(VENV) (once, a few minutes)"
	@mkdir -p build && $(PYTHON) -m venv --clear $(VENV) > build/setup.log 2>&1 \
	  && $(BIN)/pip install -r requirements.txt >> build/setup.log 2>&1 \
	  && $(BIN)/pip install --no-deps --no-build-isolation -e . >> build/setup.log 2>&1 \
	  || { echo "set-up: the packages could not be installed; check the network and try again (details: build/setup.log)"; exit 1; }
	@touch $@

# Without times of execution, which would make every run another file.
EXECUTE := $(BIN)/jupyter nbconvert --log-level=WARN --to notebook --execute --ExecutePreprocessor.record_timing=False

# 00_findings tells what is stored of the others' findings.
build/notebooks/00_findings.ipynb: $(wildcard data/results/*)
build/notebooks/%.ipynb: export CITYANALYSIS_RESULTS := $(CURDIR)/build/results
build/notebooks/%.ipynb: notebooks/%.ipynb $(INPUTS) $(VENV)/ready
	@mkdir -p $(@D) && start=$$(date +%s) \
	  && { $(EXECUTE) --output-dir=$(@D:build/%=build/half/%) $< > build/$(subst /,-,$*).log 2>&1 \
	       || { cat build/$(subst /,-,$*).log; echo "$<: failed"; exit 1; }; } \
	  && mv $(@:build/%=build/half/%) $@ \
	  && echo "$<: executed in $$(( $$(date +%s) - start )) s"

site: build/site/index.html ## render the site from the executed notebooks
build/site/index.html: $(EXECUTED) $(PAGES) $(INPUTS) $(VENV)/ready
	@rm -rf build/source build/site build/rendered && $(BIN)/python docs/stage.py build/notebooks build/source \
	  && $(BIN)/sphinx-build --quiet --fail-on-warning --keep-going --conf-dir docs --doctree-dir build/doctrees build/source build/rendered \
	  && touch build/rendered/index.html && mv build/rendered build/site && echo "site: rendered"

VALIDATED := $(NOTEBOOKS:%=nbval/%)
test: style test-library test-study $(VALIDATED) ## pass everything: style, unit tests, doctests, the site, stored notebooks through nbval
nbval/notebooks/%: $(VENV)/ready
	@mkdir -p build && log=build/nbval-$(subst /,-,$*).log \
	  && { $(BIN)/pytest --nbval --nbval-current-env --nbval-cell-timeout=300 notebooks/$* > $$log 2>&1 || { cat $$log; exit 1; }; } \
	  && echo "notebooks/$*: as stored $$(tail -1 $$log)"

# Side by side, a core each.
LIBRARY := tests --ignore=tests/study --ignore=tests/test_site.py
STUDY := tests/study src
test-library: site
	@$(BIN)/pytest --quiet $(LIBRARY)
test-study: site
	@$(BIN)/pytest --quiet $(STUDY) tests/test_site.py

# The same tests, and every notebook, with the original texts switched on.
WITH_ORIGINALS := originals/library originals/study $(NOTEBOOKS:%=originals/%)
test-originals: $(WITH_ORIGINALS) ## tests and notebooks with the original texts of the folder ORIGINALS
$(WITH_ORIGINALS): export CITYANALYSIS_ORIGINALS = $(abspath $(ORIGINALS))
$(WITH_ORIGINALS): originals/folder
originals/folder: $(VENV)/ready
	@test -d "$(ORIGINALS)" || { echo "test-originals: no folder '$(ORIGINALS)'; try 'make test-originals ORIGINALS=folder'"; exit 1; }
originals/library:
	@$(BIN)/pytest --quiet $(LIBRARY)
originals/study:
	@$(BIN)/pytest --quiet $(STUDY)
originals/notebooks/%:
	@$(EXECUTE) --stdout notebooks/$* > /dev/null && echo "notebooks/$*: runs with the original texts"

coverage: coverage/library coverage/study ## name the lines of src/ that no test runs; fail where more than one in twenty are
	@$(BIN)/coverage combine --quiet && $(BIN)/coverage report
coverage/library coverage/study: coverage/none
coverage/none: $(VENV)/ready
	@$(BIN)/coverage erase
coverage/library:
	@$(BIN)/coverage run -m pytest --quiet $(LIBRARY)
coverage/study:
	@$(BIN)/coverage run -m pytest --quiet $(STUDY)

style: $(VENV)/ready ## hold code and notebooks against ruff
	@$(BIN)/ruff check --quiet . && $(BIN)/ruff format --quiet --check .

lab: $(VENV)/ready ## open JupyterLab, with the original texts where the folder ORIGINALS is there
	@if [ -d "$(ORIGINALS)" ]; then export CITYANALYSIS_ORIGINALS="$(abspath $(ORIGINALS))"; fi; \
	  $(BIN)/jupyter lab --notebook-dir=.

# 00_findings comes last: it tells what is stored of the others.
refresh: export CITYANALYSIS_RESULTS := $(CURDIR)/build/refreshed
refresh: $(VENV)/ready ## re-execute the stored notebooks in place, and store what they found in data/results/
	@rm -rf build/refreshed
	@for notebook in $(filter-out notebooks/00_%,$(NOTEBOOKS)); do \
	  $(EXECUTE) --inplace $$notebook || exit 1; \
	  echo "$$notebook: refreshed"; \
	done
	@$(BIN)/python -c 'from cityanalysis.study import results; results.seal("build/refreshed")'
	@$(EXECUTE) --inplace notebooks/00_findings.ipynb && $(BIN)/python docs/figure.py

advisories: ## ask for known advisories on the pinned packages (needs the network)
	@$(PYTHON) -m venv --clear build/advisories && build/advisories/bin/pip install --quiet pip-audit \
	  && build/advisories/bin/pip-audit --strict --no-deps --disable-pip --requirement requirements.txt

clean: ## remove build/ and .venv/
	@rm -rf build $(VENV)

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1  /p' Makefile | awk -F'  ' '{printf "  make %-15s %s\n", $$1, $$2}'
