"""The desk at a million messages: its list, a thread, their parts; and django-helpdesk's list and ticket.

`python -m benchmarks.inbox [--messages N] [--rounds N] [--without-helpdesk]`. Server time through Django's test client. Our
pages are whole (list, thread, person, composer: what one click loads); helpdesk's list is its page and the JSON of its
rows, which its browser asks for next.
"""

from benchmarks import search
from benchmarks.helpdesk.prepared import helpdesks
from benchmarks.prepared import houses
from benchmarks.telling import Row, Taken, figures, tell

SAME = {"inbox page": "list", "inbox page, the team's": "list", "thread page": "ticket"}


def ours(messages: int) -> dict[str, list[str]]:
    """The addresses of the desk; the last conversations live."""
    last = messages // 5
    living = range(last - 600, last, 30)
    return {
        "inbox page": ["/poste/"],
        "inbox page, the team's": ["/poste/?onglet=team"],
        "list alone": ["/poste/liste/", "/poste/liste/?onglet=team"],
        "thread page": [f"/poste/{number}/" for number in living],
        "thread page, 500 messages": ["/poste/1/"],
        "messages alone": [f"/poste/{number}/fil/" for number in living],
        "older thread page": [f"/poste/{number}/" for number in range(200, last, last // 20)],
    }


def theirs(messages: int) -> dict[str, list[str]]:
    """The addresses of helpdesk."""
    last = messages // 5
    return {
        "list": ["/tickets/"],
        "rows": [
            search.rows("", status__in=[1, 2]).replace("length=25", "length=50")
        ],  # its default: open ones
        "ticket": [f"/tickets/{number}/" for number in range(last - 600, last, 30)],
    }


def main() -> None:
    """Measure both and tell."""
    options = search.parser().parse_args()
    found = {
        house.engine: search.taken(house, ours(options.messages), options.rounds)
        for house in houses(options.messages)
    }
    other = {}
    if not options.without_helpdesk:
        other = {
            each.engine: search.taken(each, theirs(options.messages), options.rounds)
            for each in helpdesks(options.messages)
        }
    tell("inbox", [row for engine in found for row in table(engine, found[engine], other.get(engine, {}))])


def table(engine: str, found: Taken, other: Taken) -> list[Row]:
    """A line a page; helpdesk's list is its page and its rows."""
    medians = {name: figures(times)["p50_ms"] for name, times in other.items()}
    if "rows" in medians:
        medians["list"] += medians["rows"]
    lines: list[Row] = []
    for name, times in found.items():
        line: dict[str, object] = {"database": engine, "page": name, **figures(times)}
        if SAME.get(name) in medians:
            theirs_p50 = medians[SAME[name]]
            line |= {
                "helpdesk_p50_ms": round(theirs_p50, 1),
                "times": round(theirs_p50 / figures(times)["p50_ms"], 1),
            }
        lines.append(line)
    return lines


if __name__ == "__main__":
    main()
