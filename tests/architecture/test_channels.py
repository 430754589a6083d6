"""A channel's name stands in its folder, the registry, its worker, its flow and its screen; nowhere else."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from tests.architecture.reading import PACKAGE, files, tree, where

from visavis.channels.registry import BY_NAME

if TYPE_CHECKING:
    from pathlib import Path

REGISTRY = PACKAGE / "channels" / "registry.py"
# What is on top plugs everything together; a demo tells what customers wrote, and where.
ON_TOP = {"demo", "cli", "project"}
# The same word for another idea, with the reason.
OTHER_IDEAS = {
    ("domain/conversations/models/around.py", "chat"),  # a kind of pass: what a browser that chats holds
}
# Also the name of an identity and of fields of forms: it is a channel only where it stands for one.
OTHER_TRADES = {"email"}


def is_at_home(path: Path, channel: str) -> bool:
    """True where that channel may be named: a folder or a file of that name, below an edge, the workers or flows."""
    inside = path.relative_to(PACKAGE)
    names_it = channel in {*inside.parts, *inside.stem.split("_")}
    return path == REGISTRY or inside.parts[0] in ON_TOP or names_it


def said_of_a_channel(path: Path) -> set[int]:
    """Literals that are compared with a channel, or given as one."""
    found: set[int] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Compare) and any(names_a_channel(side) for side in ast.walk(node)):
            found |= {id(part) for part in ast.walk(node)}
        elif isinstance(node, ast.keyword) and node.arg and node.arg.startswith("channel"):
            found |= {id(part) for part in ast.walk(node.value)}
    return found


def names_a_channel(node: ast.AST) -> bool:
    """True for `channel` and `message.channel`."""
    return getattr(node, "id", getattr(node, "attr", "")) == "channel"


def named_channels(path: Path) -> list[tuple[int, str]]:
    """The channels that a file names in a literal; keys of mappings are words of other trades (`{"form": form}`)."""
    keys = {
        id(key)
        for node in ast.walk(tree(path))
        for key in (
            node.keys
            if isinstance(node, ast.Dict)
            else [node.slice]
            if isinstance(node, ast.Subscript)
            else []
        )
    }
    meant = said_of_a_channel(path)
    return [
        (node.lineno, node.value)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant)
        and node.value in BY_NAME
        and (id(node) in meant if node.value in OTHER_TRADES else id(node) not in keys)
    ]


def test_a_channel_is_named_at_home_only() -> None:
    strays = [
        f"{where(path, line)}: {name!r}"
        for path in files(".py", under=PACKAGE)
        if "migrations" not in path.parts
        for line, name in named_channels(path)
        if not is_at_home(path, name) and (path.relative_to(PACKAGE).as_posix(), name) not in OTHER_IDEAS
    ]

    assert strays == [], "\n".join(strays)


def test_every_channel_has_its_folder() -> None:
    folders = {path.parent.name for path in (PACKAGE / "channels").glob("*/__init__.py")}

    assert folders == set(BY_NAME)
