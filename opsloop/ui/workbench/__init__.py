"""The start page and the palette."""
