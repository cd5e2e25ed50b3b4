"""My notices, and how I want to be told."""
