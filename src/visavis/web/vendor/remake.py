"""Remakes the third-party browser files of this folder from the npm packages named below.

    python src/visavis/web/vendor/remake.py           fetch with `npm pack`, write the files and manifest.json
    python src/visavis/web/vendor/remake.py --check   compare the files on disk with manifest.json, offline

People who run Visavis need neither Node nor this script: what it writes is committed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
MANIFEST = HERE / "manifest.json"
SPRITE = "static/vendor/icons.svg"


@dataclass(frozen=True)
class Package:
    """One npm package: its pinned version, its licence, and which file goes where (from → to)."""

    name: str
    version: str
    licence: str
    files: dict[str, str]


FONT = "files/atkinson-hyperlegible-next"
FONTS = "static/vendor/fonts/atkinson-hyperlegible-next"
HTMX = Package(
    name="htmx.org",
    version="4.0.1",
    licence="0BSD",
    files={"dist/htmx.min.js": "static/vendor/htmx.min.js", "LICENSE": "licences/htmx.txt"},
)
ATKINSON = Package(
    name="@fontsource-variable/atkinson-hyperlegible-next",
    version="5.3.0",
    licence="OFL-1.1",
    files={
        f"{FONT}-latin-wght-normal.woff2": f"{FONTS}-latin-wght-normal.woff2",
        f"{FONT}-latin-ext-wght-normal.woff2": f"{FONTS}-latin-ext-wght-normal.woff2",
        f"{FONT}-latin-wght-italic.woff2": f"{FONTS}-latin-wght-italic.woff2",
        "LICENSE": "licences/atkinson-hyperlegible-next.txt",
    },
)
LUCIDE = Package(
    name="lucide-static", version="1.62.0", licence="ISC", files={"LICENSE": "licences/lucide.txt"}
)


def icon_names() -> list[str]:
    """The icons wanted, in the order of icons.txt."""
    lines = (HERE / "icons.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def fetch(package: Package, folder: Path) -> tarfile.TarFile:
    """The package's archive, as npm gives it for exactly this version."""
    command = ["npm", "pack", f"{package.name}@{package.version}", "--silent"]
    done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    return tarfile.open(folder / done.stdout.strip().splitlines()[-1])


def member(archive: tarfile.TarFile, path: str) -> bytes:
    """One file of the archive; npm puts everything under `package/`."""
    found = archive.extractfile(f"package/{path}")
    if found is None:
        message = f"{path} is not a file of this package"
        raise SystemExit(message)
    return found.read()


def symbol(name: str, svg: str) -> str:
    """The icon as a symbol: its shapes only, since size and stroke come from our style sheet."""
    shapes = re.search(r"<svg[^>]*>(.*)</svg>", svg, re.DOTALL)
    if shapes is None:
        message = f"{name} is not an icon"
        raise SystemExit(message)
    body = re.sub(r"\s*\n\s*", "", shapes[1])
    return f'<symbol id="{name}" viewBox="0 0 24 24">{body}</symbol>\n'


def sprite(archive: tarfile.TarFile) -> bytes:
    """All wanted icons in one SVG file."""
    symbols = (symbol(name, member(archive, f"icons/{name}.svg").decode()) for name in icon_names())
    head = f"<!-- Lucide {LUCIDE.version}, ISC licence: see licences/lucide.txt -->\n"
    return f'{head}<svg xmlns="http://www.w3.org/2000/svg">\n{"".join(symbols)}</svg>\n'.encode()


def write(path: str, content: bytes) -> dict[str, str]:
    """Write one file and give its line of the manifest."""
    target = HERE / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    return {path: hashlib.sha256(content).hexdigest()}


def remake() -> None:
    """Every file of every package, then the manifest that says what they are."""
    manifest: list[dict[str, object]] = []
    with tempfile.TemporaryDirectory() as folder:
        for package in (HTMX, ATKINSON, LUCIDE):
            with fetch(package, Path(folder)) as archive:
                hashes: dict[str, str] = {}
                for source, target in package.files.items():
                    hashes |= write(target, member(archive, source))
                if package is LUCIDE:
                    hashes |= write(SPRITE, sprite(archive))
            about = {"name": package.name, "version": package.version, "licence": package.licence}
            manifest.append({**about, "sha256": hashes})
    MANIFEST.write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


def differences() -> list[str]:
    """The files whose content is not what the manifest says, or that are absent."""
    wrong = []
    for package in json.loads(MANIFEST.read_text(encoding="utf-8")):
        for path, expected in package["sha256"].items():
            target = HERE / path
            if not target.exists() or hashlib.sha256(target.read_bytes()).hexdigest() != expected:
                wrong.append(path)
    return wrong


def main() -> int:
    """0 when all is well; with --check, 1 when a file differs from the manifest."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="compare only, write nothing")
    if not parser.parse_args().check:
        remake()
    wrong = differences()
    for path in wrong:
        sys.stderr.write(f"{path} is not the file that manifest.json names\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
