"""One command for every measure: `python -m benchmarks` lists them, `python -m benchmarks NAME …` runs one, `all` runs all.

A measure is a module of this folder that can be run (`if __name__ == "__main__"`); its first sentence says what it is.
"""

import ast
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
NOT_MEASURES = {"__main__", "asking", "filling", "prepared"}


def measures() -> dict[str, str]:
    """Name and first sentence of each measure; nothing is imported to know it."""
    found = {}
    for path in sorted(FOLDER.glob("*.py")):
        source = path.read_text(encoding="utf-8")
        if path.stem not in NOT_MEASURES and '__name__ == "__main__"' in source:
            found[path.stem] = (ast.get_docstring(ast.parse(source)) or "").split("\n")[0]
    return found


def main(arguments: list[str]) -> int:
    """List, or run the measures named, one after the other; what follows a name is for it."""
    known = measures()
    if not arguments:
        print("Measures (python -m benchmarks NAME, or `all`); results are kept in benchmarks/results:\n")
        for name, sentence in known.items():
            print(f"  {name:10} {sentence}")
        return 0
    name, *options = arguments
    if name != "all" and name not in known:
        print(f"No measure is called {name}. There are: {', '.join(known)}.")
        return 2
    names = list(known) if name == "all" else [name]
    return max(subprocess.call([sys.executable, "-m", f"benchmarks.{each}", *options]) for each in names)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
