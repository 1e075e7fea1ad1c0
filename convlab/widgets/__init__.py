"""Live widgets of the lessons: the same module runs in JupyterLab and on the published page."""

from convlab.widgets.activation_explorer import ActivationExplorer
from convlab.widgets.convolution_arithmetic import ConvolutionArithmetic
from convlab.widgets.descend_loss import DescendLoss
from convlab.widgets.draw_digit import DrawDigit
from convlab.widgets.dropout_mask import DropoutMask
from convlab.widgets.gradient_terms import GradientTerms
from convlab.widgets.pool_gradient import PoolGradient
from convlab.widgets.slide_kernel import SlideKernel

__all__ = [
    "ActivationExplorer",
    "ConvolutionArithmetic",
    "DescendLoss",
    "DrawDigit",
    "DropoutMask",
    "GradientTerms",
    "PoolGradient",
    "SlideKernel",
]
