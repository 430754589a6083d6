"""What `visavis restore` unpacks: files, in their folder, with their rights; nothing else."""

from __future__ import annotations

import io
import tarfile
from typing import TYPE_CHECKING

import pytest

from visavis.cli.restore import Unfit, unpack

if TYPE_CHECKING:
    from pathlib import Path


def archive(path: Path, *members: tuple[tarfile.TarInfo, bytes]) -> Path:
    """A compressed archive that holds these."""
    with tarfile.open(path, mode="w:gz") as made:
        for member, content in members:
            member.size = len(content)
            made.addfile(member, io.BytesIO(content))
    return path


def member(
    name: str, *, kind: bytes = tarfile.REGTYPE, mode: int = 0o600, target: str = ""
) -> tarfile.TarInfo:
    """One thing in an archive."""
    made = tarfile.TarInfo(name)
    made.type, made.mode, made.linkname = kind, mode, target
    return made


def test_files_come_back_with_their_rights(tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    saved = archive(tmp_path / "saved.tar.gz", (member("data/secret_key", mode=0o666), b"secret"))

    with pytest.raises(Unfit, match="not made by visavis backup"):
        unpack(saved, scratch)

    assert (scratch / "data" / "secret_key").read_bytes() == b"secret"
    assert (scratch / "data" / "secret_key").stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize(
    "hostile",
    [
        member("../outside"),
        member("/tmp/outside"),  # noqa: S108 -- an address that must be refused
        member("link", kind=tarfile.SYMTYPE, target="/etc/passwd"),
        member("pipe", kind=tarfile.FIFOTYPE),
    ],
    ids=lambda hostile: hostile.name,
)
def test_anything_else_is_refused(tmp_path: Path, hostile: tarfile.TarInfo) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    saved = archive(tmp_path / "saved.tar.gz", (hostile, b""))

    with pytest.raises(Unfit, match="which no backup does"):
        unpack(saved, scratch)

    assert not (tmp_path / "outside").exists()
