"""Our own access log: the pattern of the route, never the path: it may hold a customer's link."""

import logging
import time
import traceback
from pathlib import Path
from types import TracebackType

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.http import HttpRequest
from django.http.response import HttpResponseBase

# The messages of these quote code, never what somebody wrote.
QUOTES_CODE = (ImportError, SyntaxError, NameError, AttributeError)
logger = logging.getLogger(__name__)


class LoggedPages(WSGIHandler):
    """Django's WSGI application, with one line per answer."""

    def get_response(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, and say what kind of page it was, with which status, in how long."""
        started = time.perf_counter()
        status = 500
        try:
            response = super().get_response(request)
            status = response.status_code
        finally:
            milliseconds = (time.perf_counter() - started) * 1000
            logger.info("%s %s %d %d ms", request.method, route_of(request), status, milliseconds)
        return response


def route_of(request: HttpRequest) -> str:
    """Return the pattern that answered, as written in `urls.py`; `-` when none did."""
    return request.resolver_match.route if request.resolver_match else "-"


class RouteInsteadOfPath(logging.Filter):
    """In the lines that Django logs about a request, put the route where the path stood."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every line pass, without the path of its request."""
        request = getattr(record, "request", None)
        if isinstance(request, WSGIRequest):
            paths = {request.path, request.path_info, request.get_full_path()}
            arguments = record.args if isinstance(record.args, tuple) else ()
            record.args = tuple(
                route_of(request) if argument in paths else argument for argument in arguments
            )
        return True


class Line(logging.Formatter):
    """One line a record; an exception is told by its type and its path through the code, not by its message.

    A message may quote what a person wrote or the address they came from. VISAVIS_LOG_LEVEL=DEBUG shows all.
    """

    def formatException(  # noqa: N802 — the standard library's name
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        """Return the type of the exception and the last steps that led to it."""
        if logging.getLogger("visavis").isEnabledFor(logging.DEBUG):
            return super().formatException(ei)
        return told(ei[1]) if ei[1] else ""


def told(error: BaseException) -> str:
    """Return the type of an exception and where it came from, without its message."""
    steps = traceback.extract_tb(error.__traceback__)[-8:]
    path = " > ".join(f"{Path(step.filename).name}:{step.lineno}" for step in steps)
    name = f"{type(error).__name__} ({error})" if isinstance(error, QUOTES_CODE) else type(error).__name__
    return f"{name} at {path}"
