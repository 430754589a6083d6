"""`visavis demo` before it starts anything: ports, and beginning again without losing what was there."""

from __future__ import annotations

import os
import socket
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from visavis.cli import demo

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The demo is kept there; what the command writes in the environment goes with the test."""
    names = [f"VISAVIS_SMTP_{name}" for name in ("HOST", "PORT", "USER", "PASSWORD", "TLS", "PASSWORD_FILE")]
    for name in ("VISAVIS_DATA_DIR", "VISAVIS_PUBLIC_URL", "VISAVIS_DATABASE_URL", *names):
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("VISAVIS_DATA_DIR", str(tmp_path))
    return tmp_path


@pytest.fixture
def taken() -> Iterator[int]:
    """A port where somebody listens."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        yield int(listening.getsockname()[1])


@pytest.fixture
def database(folder: Path) -> Path:
    """Something that looks like the database of a former demo."""
    path = folder / "visavis.sqlite3"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE kept (word TEXT)")
        connection.execute("INSERT INTO kept VALUES ('hello')")
        connection.commit()
    return path


def answers(monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    """Whoever is asked says this."""
    monkeypatch.setattr("builtins.input", lambda _question: word)


def test_taken_port_is_told_with_another_to_use(
    folder: Path, taken: int, capsys: pytest.CaptureFixture[str]
) -> None:
    code = demo.run(["--port", str(taken)])

    told = capsys.readouterr().out
    assert code == 1
    assert f"Port {taken} is taken by another program." in told
    assert "./visavis demo --port " in told
    assert not (folder / "visavis.sqlite3").exists()


@pytest.mark.usefixtures("folder")
def test_beginning_again_asks_and_takes_no_for_an_answer(
    database: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answers(monkeypatch, "n")

    code = demo.run(["--fresh", "--port", "0"])

    assert code == 1
    assert database.exists()
    assert "Nothing was changed." in capsys.readouterr().out


def test_nobody_to_answer_is_a_no(folder: Path, database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(_question: str) -> str:
        raise EOFError

    monkeypatch.setattr("builtins.input", nobody)

    assert demo.set_aside(folder, ask=True) is False
    assert database.exists()


@pytest.mark.usefixtures("database")
def test_the_former_database_is_kept_aside_whole(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers(monkeypatch, "oui")
    (folder / "demo.json").write_text("{}", encoding="utf-8")

    assert demo.set_aside(folder, ask=True) is True

    (aside,) = folder.glob("visavis-*.sqlite3")
    with closing(sqlite3.connect(aside)) as connection:
        assert connection.execute("SELECT word FROM kept").fetchall() == [("hello",)]
    assert not (folder / "visavis.sqlite3").exists()
    assert not (folder / "demo.json").exists()


def test_without_a_former_database_nothing_is_asked(folder: Path) -> None:
    assert demo.set_aside(folder, ask=True) is True


def test_what_is_quick_shows_no_progress() -> None:
    written: list[str] = []

    bar = demo.Progress(written.append)
    bar("compose", 0.5)
    bar.close()

    assert written == []


@pytest.fixture
def inhabited(folder: Path) -> Path:
    """A database of somebody's own people, as SQLite leaves it when they stop."""
    path = folder / "visavis.sqlite3"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE domain_adviser (email TEXT)")
        connection.execute("INSERT INTO domain_adviser VALUES ('alice@example.fr')")
        connection.commit()
    return path


@pytest.mark.parametrize("options", [[], ["--fresh", "--yes"]])
def test_a_database_of_other_people_is_left_where_and_as_it_is(
    inhabited: Path, options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    before = inhabited.read_bytes()

    code = demo.run([*options, "--port", "0"])

    assert code == 1
    assert "is not a demo: it was left as it is." in capsys.readouterr().out
    assert inhabited.read_bytes() == before
    assert list(inhabited.parent.glob("*.sqlite3")) == [inhabited]


@pytest.mark.usefixtures("inhabited")
def test_another_database_is_not_used_and_it_is_said_aloud(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = folder / "address"
    secret.write_text("postgresql://nobody@127.0.0.1:1/production", encoding="utf-8")
    monkeypatch.setenv("VISAVIS_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/production")
    monkeypatch.setenv("VISAVIS_DATABASE_URL_FILE", str(secret))

    demo.run([])

    told = capsys.readouterr().out
    assert "VISAVIS_DATABASE_URL is not used: the demo has a database of its own" in told
    assert "VISAVIS_DATABASE_URL_FILE is not used" in told
    assert [name for name in os.environ if name.startswith("VISAVIS_DATABASE_URL")] == []


@pytest.mark.usefixtures("folder")
def test_taken_mail_port_is_told_with_another_to_use(taken: int, capsys: pytest.CaptureFixture[str]) -> None:
    code = demo.run(["--port", "0", "--mail-port", str(taken)])

    told = capsys.readouterr().out
    assert code == 1
    assert f"Port {taken} is taken by another program." in told
    assert "./visavis demo --mail-port " in told


@pytest.mark.usefixtures("folder")
def test_invitations_stay_on_this_machine_whatever_it_is_set_to(
    taken: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "password").write_text("secret", encoding="utf-8")
    monkeypatch.setenv("VISAVIS_SMTP_HOST", "smtp.fournisseur.example")
    monkeypatch.setenv("VISAVIS_SMTP_PASSWORD_FILE", str(tmp_path / "password"))
    monkeypatch.setenv("VISAVIS_SMTP_PORT", "587")
    monkeypatch.setenv("VISAVIS_SMTP_TLS", "yes")

    demo.run(["--port", str(taken), "--mail-port", "2600"])

    told = {name: value for name, value in os.environ.items() if name.startswith("VISAVIS_SMTP")}
    assert told == {
        "VISAVIS_SMTP_HOST": "127.0.0.1",
        "VISAVIS_SMTP_PORT": "2600",
        "VISAVIS_SMTP_TLS": "no",
    }
