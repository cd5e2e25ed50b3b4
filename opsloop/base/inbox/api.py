"""What other apps use: `notice_kind`, `bulletin_kind` in listeners.py; `tell`, `tell_position`, `broadcast` in acts."""

from opsloop.base.inbox.broadcasting import INBOX, Bulletin, broadcast, bulletin_kind, carrier, known_channels
from opsloop.base.inbox.kinds import AT_ONCE, BY_DIGEST, QUIETLY, Manner, notice_kind
from opsloop.base.inbox.queries import mark_read, mark_read_about, notices, unread_count
from opsloop.base.inbox.telling import able, holders, tell, tell_position

__all__ = [
    "AT_ONCE",
    "BY_DIGEST",
    "INBOX",
    "QUIETLY",
    "Bulletin",
    "Manner",
    "able",
    "broadcast",
    "bulletin_kind",
    "carrier",
    "holders",
    "known_channels",
    "mark_read",
    "mark_read_about",
    "notice_kind",
    "notices",
    "tell",
    "tell_position",
    "unread_count",
]
