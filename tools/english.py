"""Check the spelling of our English with codespell: comments, docstrings, documents, sentences of the source.

Codespell reads whole files, and half of ours hold French. So it is given copies in which only the English
stands, on the same lines. What is quoted is somebody else's word.
"""

from __future__ import annotations

import ast
import io
import re
import subprocess
import sys
import tempfile
import tokenize
from pathlib import Path

from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
GLOSSARY = ROOT / "docs" / "words.md"  # half of it is French
QUOTED = re.compile(r"«[^»]*»|`[^`]*`|“[^”]*”|\x22[^\x22\n]*\x22|https?://\S+", re.DOTALL)


def main() -> int:
    """Print each misspelt word with where it stands; codespell's exit code is ours."""
    with tempfile.TemporaryDirectory() as folder:
        for path in our_files():
            copy = Path(folder) / path.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(QUOTED.sub(keep_lines, english_of(path)), encoding="utf-8")
        command = [sys.executable, "-m", "codespell_lib", f"--toml={ROOT / 'pyproject.toml'}", "."]
        return subprocess.run(command, cwd=folder, check=False).returncode


def our_files() -> list[Path]:
    """Python, documents and catalogues that are, or are about to be, in the repository."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout.split("\0")
    paths = [ROOT / name for name in listed if name.endswith((".py", ".md", ".po"))]
    return [path for path in paths if path.is_file() and path != GLOSSARY]


def english_of(path: Path) -> str:
    """What is English in that file, on the lines where it stands."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return "\n".join(english_lines(text))
    return sources_of(path) if path.suffix == ".po" else text


def english_lines(source: str) -> list[str]:
    """Comments and docstrings of Python, the other lines empty."""
    lines = [""] * (source.count("\n") + 2)
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            lines[token.start[0] - 1] = token.string
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            docstring = ast.get_docstring(node, clean=False)
            if docstring:
                start = node.body[0].lineno - 1
                lines[start : start + docstring.count("\n") + 1] = docstring.split("\n")
    return lines


def sources_of(path: Path) -> str:
    """The English sentences of a catalogue."""
    with path.open("rb") as source:
        catalogue = read_po(source)
    return "\n".join(str(message.id).replace("\n", " ") for message in catalogue if message.id)


def keep_lines(match: re.Match[str]) -> str:
    """Nothing, over as many lines."""
    return "\n" * match[0].count("\n")


if __name__ == "__main__":
    sys.exit(main())
