"""The log names routes; it never holds a path, a query, or the message of an exception."""

import logging
import sys

import pytest
from django.test import Client, RequestFactory

from visavis.project.access_log import Line, RouteInsteadOfPath


def test_path_of_a_refused_request_is_replaced_by_its_route() -> None:
    request = RequestFactory().get("/demande/secret-of-david/?x=1")
    record = logging.LogRecord(
        "django.request", 30, "", 1, "Not Found: %s", ("/demande/secret-of-david/",), None
    )
    record.request = request

    RouteInsteadOfPath().filter(record)

    assert record.getMessage() == "Not Found: -"


def test_exception_is_told_by_its_type_and_path_through_the_code() -> None:
    logging.getLogger("visavis").setLevel(logging.INFO)
    try:
        raise KeyError("the words of David")  # noqa: TRY301 — a real traceback is wanted
    except KeyError:
        record = logging.LogRecord("visavis", 40, "", 1, "It failed", (), sys.exc_info())

    told = Line("{message}", style="{").format(record)

    assert "KeyError at test_access_log.py:" in told
    assert "David" not in told


@pytest.mark.django_db
def test_unknown_address_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    Client().get("/nulle-part/secret-of-david/")

    lines = [
        Line("{message}", style="{").format(record)
        for record in caplog.records
        if RouteInsteadOfPath().filter(record)
    ]
    assert "secret-of-david" not in "\n".join(lines)
