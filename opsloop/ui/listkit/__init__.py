"""Inside of the list kit; others use opsloop.ui.lists."""
