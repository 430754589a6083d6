# For those who change Vis-à-vis. Who only wants to see it: ./visavis demo

PYTHON := .venv/bin/python
# Where it is set, each process compiles a thousand files anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: check test format lock
check: ## format, lint, types, contracts, migrations, translations, fast tests: under two minutes
	@./visavis prepare --dev
	@$(PYTHON) tools/check.py

test: ## the whole suite, on both databases
	@./visavis test

format: ## set the code as the rules want it
	@./visavis prepare --dev
	@$(PYTHON) -m ruff format .
	@$(PYTHON) -m ruff check --fix .

lock: ## choose the newest versions that pyproject.toml allows, with their hashes (needs uv)
	@sh tools/lock.sh
