"""What other apps use: in listeners.py `notice_kind`, inside an act `tell` and `tell_position`."""

from opsloop.base.inbox.kinds import AT_ONCE, BY_DIGEST, QUIETLY, Manner, notice_kind
from opsloop.base.inbox.queries import mark_read, mark_read_about, notices, unread_count
from opsloop.base.inbox.telling import holders, tell, tell_position

__all__ = [
    "AT_ONCE",
    "BY_DIGEST",
    "QUIETLY",
    "Manner",
    "holders",
    "mark_read",
    "mark_read_about",
    "notice_kind",
    "notices",
    "tell",
    "tell_position",
    "unread_count",
]
