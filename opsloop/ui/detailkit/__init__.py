"""Inside of the detail kit; others use opsloop.ui.details."""
