"""Small versions for the page: one image, one channel, a loop that can be read aloud.

The general, fast operations are in :mod:`convlab.ops`; lessons cite these by symbol instead.
"""

from convlab.teaching.correlation import (
    bias_gradient_one_channel,
    correlate_one_channel,
    input_gradient_one_channel,
    weight_gradient_one_channel,
)
from convlab.teaching.dense import DenseNetwork
from convlab.teaching.shifting import shift_images
from convlab.teaching.striding import insert_zeros
from convlab.teaching.timing import best_seconds

__all__ = [
    "DenseNetwork",
    "best_seconds",
    "bias_gradient_one_channel",
    "correlate_one_channel",
    "input_gradient_one_channel",
    "insert_zeros",
    "shift_images",
    "weight_gradient_one_channel",
]
