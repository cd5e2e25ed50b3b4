"""Pictures of charts for files and messages: the page's own option, drawn on the server by the page's own script.

`svg` and `png` draw with ECharts in a V8 of their own and with `static/ui/chart.js`, the script of the pages: colours,
number formats and rules stand there alone. V8 starts at the first picture, and is one to a process.
"""

from opsloop.ui.pictures.drawing import CannotDraw, png, png_of, svg
from opsloop.ui.pictures.look import FONTS, Look, look

__all__ = ["FONTS", "CannotDraw", "Look", "look", "png", "png_of", "svg"]
