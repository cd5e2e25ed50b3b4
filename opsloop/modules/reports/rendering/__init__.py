"""One document in six shapes: page and PDF from one template, Word, Excel and PowerPoint of their own, Markdown."""

from opsloop.modules.reports.rendering.shapes import FORMATS, Shape, WordTemplate, file_name, render

__all__ = ["FORMATS", "Shape", "WordTemplate", "file_name", "render"]
