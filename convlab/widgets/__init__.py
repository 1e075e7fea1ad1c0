"""Live widgets of the lessons: the same module runs in JupyterLab and on the published page."""

from convlab.widgets.draw_digit import DrawDigit
from convlab.widgets.slide_kernel import SlideKernel

__all__ = ["DrawDigit", "SlideKernel"]
