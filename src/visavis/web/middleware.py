"""What surrounds each request: the reader's language and zone, one cause, and refusals told in sentences."""

import logging
import zoneinfo
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from visavis.domain.errors import NotFound, Refused, TooMany
from visavis.domain.journal.record import cause
from visavis.domain.people.queries import zone_of_adviser

from . import refusals

Answer = Callable[[HttpRequest], HttpResponse]
logger = logging.getLogger(__name__)


class LanguageOfReader:
    """Speak the account's language and clock; to a visitor, the browser's language, French otherwise."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the reader's language, and say which."""
        language = self.language(request)
        with translation.override(language), timezone.override(self.zone(request)):
            request.LANGUAGE_CODE = language
            response = self.answer(request)
            response.headers.setdefault("Content-Language", language)
            return response

    def language(self, request: HttpRequest) -> str:
        """Return the code of the language to speak."""
        if request.user.is_authenticated:
            return request.user.language
        asked = request.GET.get("langue") or request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        known = dict(settings.LANGUAGES)
        return asked if asked in known else translation.get_language_from_request(request)

    def zone(self, request: HttpRequest) -> zoneinfo.ZoneInfo:
        """Return the zone of the adviser's site, or the house's."""
        name = zone_of_adviser(request.user) if request.user.is_authenticated else settings.TIME_ZONE
        return zoneinfo.ZoneInfo(name)


class CauseOfRequest:
    """All that one request sets off carries one cause."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer under one cause."""
        with cause():
            return self.answer(request)


class Refusals:
    """Turn what the domain refuses into a page, a fragment or JSON that says what to do."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        return self.answer(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Tell a refusal; anything else is a bug and goes on."""
        if isinstance(exception, NotFound):
            return refusals.tell(request, 404, exception.code, exception.sentence)
        if isinstance(exception, TooMany):
            response = refusals.tell(request, 429, exception.code, exception.sentence)
            response.headers["Retry-After"] = str(exception.retry_seconds)
            return response
        if isinstance(exception, Refused):
            return refusals.tell(request, 409, exception.code, exception.sentence)
        return None
