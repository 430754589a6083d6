"""Run one worker process: all tasks, or only those named."""

import argparse

import django

from visavis.workers import NAMES


def run(arguments: list[str]) -> int:
    """Work until told to stop."""
    parser = argparse.ArgumentParser(prog="visavis worker", description=__doc__)
    parser.add_argument("name", nargs="*", help=f"tasks to run, among: {', '.join(NAMES)}")
    names = parser.parse_args(arguments).name
    unknown = sorted(set(names) - set(NAMES))
    if unknown:
        print(f"There is no task “{unknown[0]}”. The tasks are: {', '.join(NAMES)}.")
        return 2
    django.setup(set_prefix=False)
    from visavis.workers import loop

    loop.run(names or NAMES)
    return 0
