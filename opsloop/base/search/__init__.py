"""Search over everything a person may see. Import from `opsloop.base.search.api`."""
