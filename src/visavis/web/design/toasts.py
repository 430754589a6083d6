"""Says that something was done, with « Annuler » where it can be undone, with or without a script."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.contrib import messages

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponseBase


def say(
    request: HttpRequest, response: HttpResponseBase, *, text: str, undo: str = "", seconds: int = 10
) -> None:
    """The reader sees the sentence: at once when htmx asked, on the page that comes next otherwise.

    undo: an address that a POST undoes. Without a script, the page that comes next says how to undo.
    """
    if "HX-Request" not in request.headers:
        messages.success(request, text)
        return
    # On the body: the element that asked may have been replaced by what the response brings.
    toast = {"target": "body", "text": text, "undo": undo, "seconds": seconds}
    asked = json.loads(response.headers.get("HX-Trigger", "{}"))
    response.headers["HX-Trigger"] = json.dumps({**asked, "toast": toast})
