"""Lint our scripts with eslint, which is installed the first time from the lock with its hashes."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "package-lock.json"
STAMP = ROOT / "node_modules" / ".visavis-installed"


def main() -> int:
    """Run eslint; its exit code is ours."""
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if not STAMP.exists() or STAMP.read_text(encoding="ascii") != wanted:
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=ROOT, check=True)
        STAMP.write_text(wanted, encoding="ascii")
    return subprocess.run(["npm", "run", "--silent", "lint"], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
