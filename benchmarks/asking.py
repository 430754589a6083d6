"""Asks pages of a site in this process, through Django's test client, and prints how long the server took.

Reads {name: [address, …]} on its standard input, writes {name: [[milliseconds, of them in Python], …]} on its output. It knows nothing of
the site but its first account, so that the same file measures ours and others. Each address is asked once before,
so that what is measured is a server that has been running.
"""

import gc
import json
import sys
import time

import django

django.setup()

from django.contrib.auth import get_user_model
from django.test import Client

SLOW_MS = 1_000


def ask(client: Client, address: str) -> tuple[float, float]:
    """Milliseconds until the whole answer is there, and those of them that this process computed."""
    started, computed = time.perf_counter(), time.process_time()
    answer = client.get(address)
    taken = (time.perf_counter() - started) * 1000, (time.process_time() - computed) * 1000
    if answer.status_code != 200:
        raise SystemExit(f"{address} answered {answer.status_code}")
    return taken


def measure(client: Client, addresses: list[str], rounds: int) -> list[tuple[float, float]]:
    """Each address `rounds` times, in turn; what takes long is asked twice in all."""
    first = [ask(client, address) for address in addresses]
    if sum(taken for taken, _ in first) / len(first) > SLOW_MS:
        return first + [ask(client, address) for address in addresses]
    return [ask(client, address) for _ in range(rounds) for address in addresses]


def main() -> None:
    """Read, ask, tell."""
    rounds = int(sys.argv[1])
    client = Client()
    client.force_login(get_user_model().objects.order_by("pk")[0])
    asked: dict[str, list[str]] = json.load(sys.stdin)
    client.get(next(iter(asked.values()))[0])  # imports and templates are for nobody's account
    gc.collect()
    gc.freeze()  # as our web process does once it is warm (project/asgi.py); for others too
    print(json.dumps({name: measure(client, addresses, rounds) for name, addresses in asked.items()}))


if __name__ == "__main__":
    main()
