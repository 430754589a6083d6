"""Every process that runs."""

# The tasks of the worker process: each is a module of this folder with `tick() -> bool` (True: call again at
# once), WAKES_ON (a topic of the bell, or None) and EVERY_SECONDS (the slow look, when nobody rings);
# REST_SECONDS, if any, is the least time between two turns.
NAMES = (
    "sequencer",
    "dispatcher",
    "deliveries",
    "receive_email",
    "read_email",
    "scan_files",
    "send_email",
    "presence",
    "promises",
    "snoozes",
    "indexing",
    "cleaning",
)
