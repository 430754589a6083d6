"""The doors through which invented customers come: the same HTTP addresses as real ones, from addresses of their own."""

import http.client
import json
import re
import uuid
from dataclasses import dataclass, field
from urllib.parse import urlencode

HOST = "127.0.0.1"
PATIENCE_SECONDS = 20
_FIELD = re.compile(r'name="(csrfmiddlewaretoken|key)"[^>]*value="([^"]+)"')
_NUMBER = re.compile(r"/demande/(\d+)/")
_ANSWER = re.compile(r'class="said said-adv" id="message-(\d+)"')


class Closed(Exception):
    """The door did not open: nobody answers there, or it refused."""


@dataclass
class Visitor:
    """Someone at the doors of one brand. `address`: where they come from, all on this machine."""

    port: int
    brand: str
    address: str
    token: str = ""
    last: int = 0
    cookies: dict[str, str] = field(default_factory=dict)

    # --- The chat --------------------------------------------------------------------------------------------

    def open_chat(self, *, name: str, email: str, language: str) -> None:
        """A session is open."""
        told = self._json("POST", "session", {"name": name, "email": email, "language": language})
        self.token = str(told["token"])

    def say(self, text: str) -> int:
        """One line is said; returns the number of the message."""
        return _whole(self._json("POST", "messages", {"key": str(uuid.uuid4()), "text": text}).get("id"))

    def type(self) -> None:
        """Something is being written."""
        self._json("POST", "typing", {})

    def heard(self) -> list[str]:
        """What was answered since the last time."""
        lines = self._json("GET", f"messages?after={self.last}", None).get("messages")
        lines = [line for line in lines if isinstance(line, dict)] if isinstance(lines, list) else []
        self.last = max([self.last, *(_whole(line.get("id")) for line in lines)])
        return [str(line.get("text", "")) for line in lines if line.get("from") == "adviser"]

    def _json(self, method: str, door: str, given: dict[str, str] | None) -> dict[str, object]:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        if given is not None:
            headers["Content-Type"] = "application/json"
        body = json.dumps(given) if given is not None else None
        status, _headers, answer = self._call(method, f"/clavardage/{self.brand}/{door}", body, headers)
        if status >= 400:
            raise Closed(f"{door}: {status}")
        told = json.loads(answer or "{}")
        return told if isinstance(told, dict) else {}

    # --- The form --------------------------------------------------------------------------------------------

    def write(self, given: dict[str, str]) -> int:
        """A request is written in the form; returns its number."""
        path = f"/ecrire/{self.brand}/"
        _status, _headers, page = self._call("GET", path, None, {})
        hidden = dict(_FIELD.findall(page))
        if "csrfmiddlewaretoken" not in hidden:
            raise Closed("the form")
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": self._cookie()}
        status, answered, _page = self._call("POST", path, urlencode({**given, **hidden}), headers)
        found = _NUMBER.search(answered.get("Location", ""))
        if status != 302 or found is None:
            raise Closed(f"the form: {status}")
        return int(found[1])

    # --- Ma demande ------------------------------------------------------------------------------------------

    def come_back(self, number: int) -> int:
        """The page of the request is read again; returns how many answers were not there the last time."""
        answers = [int(found) for found in _ANSWER.findall(self._page(number))]
        news = sum(answer > self.last for answer in answers)
        self.last = max([self.last, *answers])
        return news

    def add(self, number: int, text: str) -> None:
        """A message is added to the request, on its page."""
        hidden = dict(_FIELD.findall(self._page(number)))
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": self._cookie()}
        path = f"/demande/{number}/message/"
        status, _answered, _page = self._call("POST", path, urlencode({"text": text, **hidden}), headers)
        if status != 302:
            raise Closed(f"the request: {status}")

    def _page(self, number: int) -> str:
        status, _headers, page = self._call("GET", f"/demande/{number}/", None, {"Cookie": self._cookie()})
        if status != 200:
            raise Closed(f"the request: {status}")
        return page

    def _cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    # --- Both ------------------------------------------------------------------------------------------------

    def _call(
        self, method: str, path: str, body: str | None, headers: dict[str, str]
    ) -> tuple[int, http.client.HTTPMessage, str]:
        connection = http.client.HTTPConnection(
            HOST, self.port, timeout=PATIENCE_SECONDS, source_address=(self.address, 0)
        )
        try:
            sent = body.encode() if body is not None else None
            connection.request(method, path, sent, {"Accept-Language": "fr", **headers})
            response = connection.getresponse()
            for cookie in response.headers.get_all("Set-Cookie", []):
                name, _, rest = cookie.partition("=")
                self.cookies[name] = rest.partition(";")[0]
            return response.status, response.headers, response.read().decode()
        except (OSError, http.client.HTTPException) as error:
            raise Closed(str(error)) from error
        finally:
            connection.close()


def is_open(port: int) -> bool:
    """True when somebody answers there."""
    connection = http.client.HTTPConnection(HOST, port, timeout=PATIENCE_SECONDS)
    try:
        connection.request("GET", "/connexion/")
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0
