"""Scripts that bench/loads.py runs, each in a process of its own, so that time and memory are theirs alone."""
