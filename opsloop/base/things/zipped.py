"""What a zip or an office file may be instead of whole."""

from __future__ import annotations

import zipfile
import zlib

BROKEN = (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, RuntimeError)
"""What Python's zipfile raises for what is no zip, spoiled, locked, or of a later version of the format."""
