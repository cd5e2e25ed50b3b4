"""What people are told, where and when. Import from `opsloop.base.inbox.api`."""
