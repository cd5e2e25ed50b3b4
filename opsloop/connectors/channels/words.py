"""What a channel may be told to do, and what an outside service may answer."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Style(models.TextChoices):
    """How a message looks in the group. A service that does not know one takes the nearest."""

    CARD = "card", _("Card with a button")
    MARKDOWN = "markdown", _("Formatted text")
    TEXT = "text", _("Plain text")


class LineState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    SENT = "sent", _("Sent")
    EXPIRED = "expired", _("No news any more")
    DROPPED = "dropped", _("Dropped")


class Problem(models.TextChoices):
    """What went wrong outside, sorted by what one does about it."""

    KEYWORD = "keyword", _("The message lacks the bot's keyword")
    ADDRESS = "address", _("Our network address is not allowed")
    SIGN = "sign", _("The signature does not match")
    TOKEN = "token", _("The webhook address is not valid any more")
    STOPPED = "stopped", _("The bot was stopped or removed from the group")
    RATE = "rate", _("Too many messages; the service takes none for a while")
    SIZE = "size", _("The message is too long")
    CONTENT = "content", _("The service does not accept what the message says")
    BUSY = "busy", _("The service cannot answer now")
    AWAY = "away", _("The service cannot be reached")
    SILENT = "silent", _("The service did not answer in time")
    APP = "app", _("The app's id or secret is not valid")
    RIGHT = "right", _("The app may not upload pictures")
    RECEIVER = "receiver", _("The receiver was refused")
    UNKNOWN = "unknown", _("The service said something that we do not know")
