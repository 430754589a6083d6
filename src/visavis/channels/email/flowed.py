"""format=flowed (RFC 3676): lines that were cut to travel, made whole again."""

from __future__ import annotations

import re


def unflow(text: str, *, delsp: bool) -> str:
    """Join each line that ends with a space to the next of the same depth of quotation; `delsp`: that space
    goes.
    """
    out: list[str] = []
    pending: list[str] = []
    depth = 0
    for line in text.split("\n"):
        level, body = _level(line)
        if pending and level != depth:  # a flow that does not end: as the standard says, it ends there
            out.append(_quoted(depth, pending))
            pending = []
        depth = level
        is_flowing = body.endswith(" ") and body != "-- "
        pending.append(body[:-1] if is_flowing and delsp else body)
        if not is_flowing:
            out.append(_quoted(depth, pending))
            pending = []
    if pending:
        out.append(_quoted(depth, pending))
    return "\n".join(out)


def _level(line: str) -> tuple[int, str]:
    """Return (depth of quotation, the line without its > and without the space put before)."""
    match = re.match(r">*", line)
    depth = match.end() if match else 0
    return depth, line[depth:].removeprefix(" ")


def _quoted(depth: int, pending: list[str]) -> str:
    return (">" * depth + " " if depth else "") + "".join(pending)
