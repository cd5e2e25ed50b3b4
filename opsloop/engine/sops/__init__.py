"""SOPs: the kind `sop` and everything that reads it without running it."""
