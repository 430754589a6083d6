"""A queue of helpdesk that fetches a mailbox by IMAP, and how many tickets and follow-ups it made.

Run by the Python of helpdesk's environment: nothing of ours is imported.
"""

import sys

import django

django.setup()

from django.contrib.auth import get_user_model
from helpdesk.models import FollowUp, Queue, Ticket  # type: ignore[import-not-found] # in an environment of its own


def prepare(port: int, user: str, password: str) -> None:
    """One queue, which fetches this user's box."""
    get_user_model().objects.create(username="alice", email="alice@example.fr", is_staff=True)
    Queue.objects.create(
        title="Netnet",
        slug="netnet",
        email_address="contact@netnet.example",
        allow_email_submission=True,
        email_box_type="imap",
        email_box_host="127.0.0.1",
        email_box_port=port,
        email_box_ssl=False,
        email_box_user=user,
        email_box_pass=password,
        email_box_imap_folder="INBOX",
        email_box_interval=0,
    )


if __name__ == "__main__":
    if sys.argv[1] == "prepare":
        prepare(int(sys.argv[2]), sys.argv[3], sys.argv[4])
    else:
        print(Ticket.objects.count(), FollowUp.objects.count())
