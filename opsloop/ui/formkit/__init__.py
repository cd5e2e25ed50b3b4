"""Inside of the form kit; others use opsloop.ui.forms."""
