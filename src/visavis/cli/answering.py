"""What is told to whoever starts the site: its address, and the code of its first page."""


def announce(host: str, port: int) -> None:
    """Print where the site answers, and the code of its first page when one is needed to make an account.

    Django must be set up. Where the database does not answer yet, a sentence says so, and nothing else fails.
    """
    from django.db import DatabaseError, connections

    from visavis.web.home.first_code import code_to_print

    print(f"Vis-à-vis answers on http://{host}:{port}/ (Ctrl-C stops it)", flush=True)
    try:
        if code := code_to_print(host):
            print(
                f"Nobody has an account yet. The page /bienvenue/ will ask for this code: {code}", flush=True
            )
    except DatabaseError:
        print("The database does not answer, or has no tables yet. `visavis check` says more.", flush=True)
    connections.close_all()  # processes started from here open their own
