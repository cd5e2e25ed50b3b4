"""A presentation being written: slides with title and foot, text in one font, and what room is left on a slide."""

from __future__ import annotations

from typing import Any

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.text import PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Inches, Pt

from opsloop.modules.reports.document import Document, Figure, Words
from opsloop.modules.reports.rendering.saying import marked, state

FONT = "Microsoft YaHei"
DARK, QUIET, WARN = "1A2433", "49566C", "B3261E"
LEFT, TOP, WIDE, TALL = 0.6, 1.35, 12.1, 5.5
"""Inches on a slide of 13.33 x 7.5."""
HEADING, GAP = 0.5, 0.2


class Deck:
    """Parts follow one another down a slide while there is room. A part that joins another's slide has a heading there,
    and the slide's title names both."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.show = Presentation()
        self.show.slide_width, self.show.slide_height = Inches(13.333), Inches(7.5)
        self.title, self._open, self._named, self._next = "", None, [""], TOP

    def part(self, title: str, tall: float) -> None:
        """What follows belongs to this part. tall: inches of what should stand together at its beginning."""
        self.title = title
        if self._open is not None and self._next + HEADING + tall > TOP + TALL:
            self._open = None

    def room(self, tall: float) -> tuple[Any, float]:
        """A slide and the height on it where something so tall goes; below what is there, if it fits."""
        joining = self._open is not None and self.title not in self._named
        if self._open is None or self._next + (HEADING if joining else 0) + tall > TOP + TALL:
            self._open, self._named, self._next = self.slide(self.title), [self.title], TOP
        elif joining:
            self._join()
        top, self._next = self._next, self._next + tall + GAP
        return self._open, top

    def alone(self, title: str) -> Any:
        """A slide for one thing; nothing comes below it."""
        self._open = None
        return self.slide(title)

    def _join(self) -> None:
        self._named.append(self.title)
        frame = self._open.shapes.title.text_frame  # type: ignore[attr-defined]
        frame.paragraphs[0].runs[0].text = " · ".join(self._named)
        self.box(self._open, (LEFT, self._next, WIDE, HEADING), [(self.title,)], size=18, bold=True)
        self._next += HEADING

    def slide(self, title: str) -> Any:
        """A slide with its title, and at its foot what it belongs to."""
        slide = self.show.slides.add_slide(self.show.slide_layouts[5])
        shape = slide.shapes.title
        shape.left, shape.top, shape.width, shape.height = (Inches(n) for n in (LEFT, 0.35, WIDE, 0.8))
        self.say(shape.text_frame, [(title,)], size=26, bold=True)
        document = self.document
        foot = (document.company, document.title, document.subtitle, document.number, state(document))
        self.box(slide, (LEFT, 7.0, WIDE - 1, 0.35), [(" · ".join(filter(None, foot)),)], size=10, colour=QUIET)
        number = self.box(
            slide, (LEFT + WIDE - 1, 7.0, 1, 0.35), [(str(len(self.show.slides)),)], size=10, colour=QUIET
        )
        right(number.paragraphs[0])
        _numbered(number.paragraphs[0])
        return slide

    def box(self, slide: Any, place: tuple[float, ...], lines: list[Words], **look: Any) -> Any:
        """A frame of text at a place. Answers it."""
        shape = slide.shapes.add_textbox(*(Inches(n) for n in place))
        shape.text_frame.word_wrap = True
        self.say(shape.text_frame, lines, **look)
        return shape.text_frame

    def say(self, frame: Any, lines: list[Words], *, size: float = 16, bold: bool = False, colour: str = DARK) -> None:
        """Lines into a frame; the first takes the paragraph that is there."""
        for n, line in enumerate(lines):
            paragraph = frame.paragraphs[0] if n == 0 else frame.add_paragraph()
            paragraph.alignment, paragraph.space_after = PP_ALIGN.LEFT, Pt(size / 3)
            for one in line:
                run = paragraph.add_run()
                run.text = marked(one) if isinstance(one, Figure) else one
                run.font.size, run.font.bold, run.font.color.rgb = Pt(size), bold, rgb(colour)
                east_asian(run)


def rgb(said: str) -> Any:
    red, green, blue = bytes.fromhex(said)
    return RGBColor(red, green, blue)  # type: ignore[no-untyped-call]


def east_asian(run: Any) -> None:
    """Latin and Chinese letters of a run have one font; PowerPoint asks for each apart."""
    said = run._r.get_or_add_rPr()
    run.font.name = FONT
    said.set("lang", "zh-CN")
    said.append(said.makeelement(qn("a:ea"), {"typeface": FONT}))


def right(paragraph: Any) -> None:
    paragraph.alignment = PP_ALIGN.RIGHT


def _numbered(paragraph: Any) -> None:
    """The text is the number of the slide, also when slides are moved."""
    run = paragraph.runs[0]._r
    run.tag = qn("a:fld")
    run.set("id", "{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}")
    run.set("type", "slidenum")
