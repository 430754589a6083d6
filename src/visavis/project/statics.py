"""Our style sheets, scripts, fonts and icons: under names that hold their hash, kept by browsers, in gzip.

Nobody has to collect them: each web process does, at its start, in a few tenths of a second. Where none did
(tests, a shell), they are served under their plain names, straight from the source.
"""

import tempfile
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc] # whitenoise is without types
    """Gives each file the name that holds its hash, once they were collected; before, its own."""

    support_js_module_import_aggregation = (
        True  # else a module would be loaded twice, under both of its names
    )

    def stored_name(self, name: str) -> str:
        """Return the name under which browsers ask for this file."""
        return str(super().stored_name(name)) if self.hashed_files else name


def collect() -> None:
    """Every static file stands in STATIC_ROOT under its hashed name, beside its gzip; former ones stay.

    They are made aside and moved one by one, the list of names last: two processes may do it together, and
    one that is killed half-way leaves nothing cut.
    """
    settings.STATIC_ROOT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="static-", dir=settings.DATA_DIR) as name:
        _make(HashedFiles(location=name))
        made = [path for path in Path(name).rglob("*") if path.is_file()]
        for path in sorted(made, key=lambda path: path.name == HashedFiles.manifest_name):
            target = settings.STATIC_ROOT / path.relative_to(name)
            target.parent.mkdir(parents=True, exist_ok=True)
            path.replace(target)


def _make(storage: HashedFiles) -> None:
    found = {path: (source, path) for finder in get_finders() for path, source in finder.list([])}
    for path, (source, _path) in found.items():
        with source.open(path) as file:
            storage.save(path, file)
    for _name, _hashed, outcome in storage.post_process(found):
        if isinstance(outcome, Exception):
            raise outcome
