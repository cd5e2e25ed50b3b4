"""阅读确认: what is published is read by those whom it concerns, and who has not is known."""
