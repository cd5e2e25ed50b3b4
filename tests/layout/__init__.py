"""The house rules that a machine can look at."""
