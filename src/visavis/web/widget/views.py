"""Serves the widget: one script, with its sentences in it."""

import gzip
from functools import cache
from hashlib import sha256
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import condition, require_safe

from .words import sentences

SCRIPT = Path(__file__).with_name("widget.min.js")
KEPT_SECONDS = 600


@cache
def whole() -> bytes:
    """The script as it is served: the sentences, then widget.min.js, alone in their own scope."""
    code = SCRIPT.read_text(encoding="utf-8").rstrip()
    return f"(()=>{{const VISAVIS_WORDS={sentences()};{code}}})();\n".encode()


@cache
def packed() -> bytes:
    """The same in gzip, made once."""
    return gzip.compress(whole(), 9, mtime=0)


@cache
def version() -> str:
    """What changes with the script."""
    return f'"{sha256(whole()).hexdigest()[:20]}"'


def etag(request: HttpRequest) -> str:
    """Return the version of the script."""
    return version()


@require_safe
@condition(etag_func=etag)
def script(request: HttpRequest) -> HttpResponse:
    """Answer the script; any site may load it, and browsers ask again after ten minutes."""
    is_packed = "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(packed() if is_packed else whole(), content_type="text/javascript; charset=utf-8")
    if is_packed:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
