"""The course's operations in NumPy: functional, stateless, images in NCHW, PyTorch's names.

Forward and backward stand side by side, one file an operation. No input is ever changed, and
float32 stays float32.
"""

from convlab.ops.activations import (
    leaky_relu,
    leaky_relu_backward,
    relu,
    relu_backward,
    sigmoid,
    swish,
    swish_backward,
)
from convlab.ops.conv2d import (
    conv2d,
    conv2d_backward,
    conv2d_grad_bias,
    conv2d_grad_input,
    conv2d_grad_weight,
    output_size,
)
from convlab.ops.costs import (
    conv2d_macs,
    conv2d_parameters,
    depthwise_separable_macs,
    depthwise_separable_parameters,
    linear_macs,
    linear_parameters,
)
from convlab.ops.dropout import dropout, dropout_backward
from convlab.ops.flatten import flatten, flatten_backward
from convlab.ops.linear import linear, linear_backward
from convlab.ops.losses import (
    cross_entropy,
    cross_entropy_backward,
    mse_loss,
    mse_loss_backward,
    softmax,
)
from convlab.ops.pool2d import (
    avg_pool2d,
    avg_pool2d_backward,
    max_pool2d,
    max_pool2d_backward,
)
from convlab.ops.windows import gather_windows, pad, scatter_windows

__all__ = [
    "avg_pool2d",
    "avg_pool2d_backward",
    "conv2d",
    "conv2d_backward",
    "conv2d_grad_bias",
    "conv2d_grad_input",
    "conv2d_grad_weight",
    "conv2d_macs",
    "conv2d_parameters",
    "cross_entropy",
    "cross_entropy_backward",
    "depthwise_separable_macs",
    "depthwise_separable_parameters",
    "dropout",
    "dropout_backward",
    "flatten",
    "flatten_backward",
    "gather_windows",
    "leaky_relu",
    "leaky_relu_backward",
    "linear",
    "linear_backward",
    "linear_macs",
    "linear_parameters",
    "max_pool2d",
    "max_pool2d_backward",
    "mse_loss",
    "mse_loss_backward",
    "output_size",
    "pad",
    "relu",
    "relu_backward",
    "scatter_windows",
    "sigmoid",
    "softmax",
    "swish",
    "swish_backward",
]
