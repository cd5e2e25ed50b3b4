"""The book as people read it: on pages, printed, and as one HTML file."""
