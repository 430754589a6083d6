"""What each figure of the floor means, exactly: opened from its words by pointer, key or touch."""

from django.utils.translation import gettext_lazy as _

DEFINITIONS = (
    (
        "waiting",
        _("Waiting"),
        _(
            "People whose last message has no answer yet, in this brand and this channel, whether an "
            "adviser has their conversation or not. Conversations that sleep, are resolved or are the "
            "customer's turn do not count. In chat: one drop for each person, up to eight."
        ),
    ),
    (
        "oldest",
        _("The oldest"),
        _(
            "The time now, minus the time of the first message still without an answer. The bar: this "
            "wait ÷ the time from that message to the hour of the promised answer. Full: that hour has "
            "passed."
        ),
    ),
    (
        "expected",
        _("Expected wait"),
        _(
            "What would be announced to a person who wrote now: the time until an adviser takes the "
            "request. (People ahead + 1) × the time an adviser usually keeps a conversation ÷ the "
            "places of the advisers present, corrected by what the last waits of this queue were, and "
            "as wide as they varied. Less than 1 min: a place is free."
        ),
    ),
    (
        "promised",
        _("Promised answer"),
        _(
            "The delay that the brand promises for an answer, as its settings say. In writing, only the "
            "hours in which the brand is open count."
        ),
    ),
    (
        "plain",
        _("In plain words"),
        _(
            "Late: the number of people whose promised hour has passed. To take within the hour, in "
            "writing: the number of those whose promised hour comes in the next 60 minutes. Otherwise: "
            "on time."
        ),
    ),
    (
        "coverage",
        _("inside the announced range"),
        _(
            "True waits, until an adviser takes the request, that were neither shorter nor longer than "
            "the range announced ÷ all those announced in the last 24 hours that have ended."
        ),
    ),
    (
        "people",
        _("The people who wait"),
        _(
            "All those counted above. The hourglass: the time now, minus the time of the first message "
            "still without an answer. The longest comes first."
        ),
    ),
    (
        "team",
        _("by state, then by first name"),
        _(
            "In conversation: available, and someone waits for an answer of theirs. Not available: the "
            "reason is asked of nobody. Away: not signed in, or their page has not been heard for 50 "
            "seconds. Since when is shown for no state."
        ),
    ),
    (
        "promises",
        _("Promises to keep"),
        _(
            "Promises neither kept nor moved whose hour has passed, or comes in the next four hours. "
            "The nearest first."
        ),
    ),
    (
        "why",
        _("Why"),
        _(
            "Comparing people makes conversations shorter, not better. No duration, number or mark of "
            "one person is shown or exported here: what can be put right is a queue, not a "
            "person."
        ),
    ),
)
