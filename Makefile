# The course's commands. `make help` lists them; tools/setup.sh holds the logic of the set-up.
SHELL := /bin/bash
VENV ?= .venv
BOX ?= .box
PORT ?= 8000
COURSE ?= .
BIN := $(abspath $(VENV))/bin
export VENV BOX PYTHON
# Small arrays on busy cores: BLAS threads that wait for each other made one cell 20 times slower.
export OMP_NUM_THREADS ?= 1
# nbgrader and Jupyter look their own commands up on the PATH.
RUN := PATH="$(BIN):$$PATH"

.DEFAULT_GOAL := help
.PHONY: help setup demo test bench book serve lab clean

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-7s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: ## make .venv and .box with the locked packages; install bubblewrap and Chromium if allowed
	@tools/setup.sh

demo: book ## build the book, grade the example class, print its table
	@$(RUN) python -m demo.driver

test: setup ## run the whole suite
	@$(RUN) python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder

bench: setup ## measure the grader beside stock nbgrader, in the same run
	@$(RUN) python -m benchmarks.submission

book: setup ## build the book in both languages into _build/site
	@$(RUN) python -m tools.build_book

serve: setup ## serve the built book on http://localhost:8000 (PORT=8000)
	@$(RUN) python -m tools.serve --port $(PORT)

lab: setup ## open JupyterLab with nbgrader on this course (COURSE=.)
	@cd $(COURSE) && $(RUN) jupyter lab $(if $(filter 0,$(shell id -u)),--allow-root)

clean: ## remove everything that is built; .venv, .box and what students handed in stay
	rm -rf _build .mypy_cache .pytest_cache .ruff_cache .hypothesis
