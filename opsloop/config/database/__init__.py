"""Django's SQLite, with one thing added; see base.py, the place where Django looks for it."""
