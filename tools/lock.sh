#!/bin/sh
# Remake the two locks from pyproject.toml: exact versions and hashes, for every platform and no address of a registry.
set -eu
cd "$(dirname "$0")/.."
command -v uv >/dev/null || { echo "This needs uv: pip install uv (in any environment)"; exit 1; }
compile() {
  uv pip compile --quiet --no-config --universal --python-version 3.11 --upgrade --generate-hashes \
    --no-emit-index-url --no-emit-find-links --no-annotate --no-header "$@"
}
compile pyproject.toml -o requirements.lock
compile --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock
