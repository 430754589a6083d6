"""The sentences of the chat widget, in each language that the product speaks: they leave with its script."""

import json
from functools import cache

from django.conf import settings
from django.utils import translation
from django.utils.translation import pgettext_lazy

# Names are those that source/*.js asks for; {places} are filled in the browser. One context for all, so
# that a sentence of the widget never takes the French of another screen.
SENTENCES = {
    "write": pgettext_lazy("widget", "Write to {brand}"),
    "news_one": pgettext_lazy("widget", "{n} new message"),
    "news": pgettext_lazy("widget", "{n} new messages"),
    "close": pgettext_lazy("widget", "Minimise the conversation"),
    "people": pgettext_lazy("widget", "A person answers you"),
    "log": pgettext_lazy("widget", "Conversation"),
    "hello": pgettext_lazy(
        "widget", "Hello. Here a person from {brand} reads you and answers you, not a robot."
    ),
    "hello_from": pgettext_lazy(
        "widget", "Hello, I am {name}. I am the one who reads you and answers you, not a robot."
    ),
    "you": pgettext_lazy("widget", "You"),
    "range": pgettext_lazy("widget", "in {low} to {high} min"),
    "within": pgettext_lazy("widget", "within {high} min"),
    "wait": pgettext_lazy("widget", "A person is with you {range}."),
    "late": pgettext_lazy("widget", "It takes longer than we said. You keep your place."),
    "on_desk": pgettext_lazy("widget", "{name} has your message."),
    "wait_named": pgettext_lazy(
        "widget", "{name} is finishing another conversation. It is your turn {range}."
    ),
    "closed": pgettext_lazy("widget", "Nobody is here now."),
    "again": pgettext_lazy("widget", "We read you again on {when}."),
    "leave": pgettext_lazy("widget", "Leave your message: a person will answer you here, in writing."),
    "left": pgettext_lazy(
        "widget", "Your message has reached us: a person will answer you here, in writing."
    ),
    "moment": pgettext_lazy("widget", "{day} at {time}"),
    "hour": pgettext_lazy("widget", "{h}:{m}"),
    "sharp": pgettext_lazy("widget", "{h}:00"),
    "resolved": pgettext_lazy("widget", "You can open this request again: write here."),
    "typing": pgettext_lazy("widget", "{name} is writing"),
    "talk": pgettext_lazy("widget", "Would you rather talk?"),
    "call": pgettext_lazy("widget", "Call {number}"),
    "message": pgettext_lazy("widget", "Your message"),
    "send": pgettext_lazy("widget", "Send"),
    "attach": pgettext_lazy("widget", "Join a file, {size} at most"),
    "joined": pgettext_lazy("widget", "Joined files"),
    "going": pgettext_lazy("widget", "Sending {name}"),
    "is_joined": pgettext_lazy("widget", "{name} is joined. It leaves with your message."),
    "not_joined": pgettext_lazy("widget", "{name} did not reach us. Choose it again."),
    "too_big": pgettext_lazy("widget", "{name} weighs {size}; the limit is {max}. Choose a lighter file."),
    "still": pgettext_lazy("widget", "A file is still on its way. Your message can leave when it is here."),
    "remove": pgettext_lazy("widget", "Remove {name}"),
    "save": pgettext_lazy("widget", "Save {name}"),
    "not_saved": pgettext_lazy("widget", "The file could not be fetched. Try again in a moment."),
    "contact": pgettext_lazy("widget", "Name and e-mail, optional"),
    "name": pgettext_lazy("widget", "Name"),
    "email": pgettext_lazy("widget", "E-mail"),
    "contact_why": pgettext_lazy(
        "widget", "They serve only to answer you. They do not open what you wrote to us before."
    ),
    "bad_email": pgettext_lazy("widget", "This e-mail is not complete. Mend it, or leave it empty."),
    "empty": pgettext_lazy("widget", "Write a few words, or join a file."),
    "sending": pgettext_lazy("widget", "Being sent"),
    "held": pgettext_lazy("widget", "Kept here, not sent yet"),
    "received": pgettext_lazy("widget", "Received at {time}"),
    "corrected": pgettext_lazy("widget", "{time}, corrected at {again}"),
    "unsent": pgettext_lazy("widget", "Your message has not left. Your text is kept here and we try again."),
    "offline": pgettext_lazy(
        "widget", "There is no network. Your message is kept here and leaves when it is back."
    ),
    "cut": pgettext_lazy(
        "widget", "The link with us is cut. What you read may be out of date; we try again."
    ),
    "retry": pgettext_lazy("widget", "Send again"),
    "refused": pgettext_lazy("widget", "This message could not be accepted."),
    "edit": pgettext_lazy("widget", "Take my text back"),
    "gone": pgettext_lazy(
        "widget", "The former conversation is closed on this device. What you write now opens a new request."
    ),
    "fresh": pgettext_lazy("widget", "New message"),
    "kept": pgettext_lazy("widget", "Kept {n} months."),
    "mine": pgettext_lazy("widget", "Read or erase my messages"),
    "privacy": pgettext_lazy("widget", "How we keep them"),
}


@cache
def sentences() -> str:
    """Every sentence by language, as a JSON object that can stand in a script."""
    told = {}
    for code, _ in settings.LANGUAGES:
        with translation.override(code):
            told[code] = {name: str(sentence) for name, sentence in SENTENCES.items()}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
