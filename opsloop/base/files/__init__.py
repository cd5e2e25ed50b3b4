"""Files by their hash, attached to any thing, served by that thing's permission."""
