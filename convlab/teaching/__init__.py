"""Small versions for the page: one image, one channel, a loop that can be read aloud.

The general, fast operations are in :mod:`convlab.ops`; lessons cite these by symbol instead.
"""

from convlab.teaching.activations import relu_of_one, relu_slope, sigmoid_of_one
from convlab.teaching.all_reduce import ring_all_reduce
from convlab.teaching.convolution import convolve_full
from convlab.teaching.convolution_matrix import convolution_matrix
from convlab.teaching.correlation import (
    bias_gradient_one_channel,
    correlate_one_channel,
    input_gradient_one_channel,
    weight_gradient_one_channel,
)
from convlab.teaching.dense_layer import connect_one_example
from convlab.teaching.dense_network import DenseNetwork
from convlab.teaching.descent import descend
from convlab.teaching.dropping import drop_one
from convlab.teaching.gradient_checking import numerical_gradient
from convlab.teaching.gradient_mistakes import MISTAKES
from convlab.teaching.input_gradient import input_gradient_by_index
from convlab.teaching.letters import FEATURES, LETTERS, OTHER_X, place
from convlab.teaching.linear_classifier import LinearClassifier
from convlab.teaching.linear_model import (
    half_squared_error,
    half_squared_error_gradient,
    weighted_sum,
)
from convlab.teaching.matching import feature_map, match
from convlab.teaching.pooling import (
    first_maximum,
    pool_gradient_one_channel,
    pool_one_channel,
    route_to_winner,
    spread_evenly,
)
from convlab.teaching.receptive_field import count_ways
from convlab.teaching.shifting import shift_images
from convlab.teaching.signals import root_mean_square, signal_sizes
from convlab.teaching.striding import insert_zeros
from convlab.teaching.timing import best_seconds
from convlab.teaching.windows import output_one_channel, window_starts

__all__ = [
    "FEATURES",
    "LETTERS",
    "MISTAKES",
    "OTHER_X",
    "DenseNetwork",
    "LinearClassifier",
    "best_seconds",
    "bias_gradient_one_channel",
    "connect_one_example",
    "convolution_matrix",
    "convolve_full",
    "correlate_one_channel",
    "count_ways",
    "descend",
    "drop_one",
    "feature_map",
    "first_maximum",
    "half_squared_error",
    "half_squared_error_gradient",
    "input_gradient_by_index",
    "input_gradient_one_channel",
    "insert_zeros",
    "match",
    "numerical_gradient",
    "output_one_channel",
    "place",
    "pool_gradient_one_channel",
    "pool_one_channel",
    "relu_of_one",
    "relu_slope",
    "ring_all_reduce",
    "root_mean_square",
    "route_to_winner",
    "shift_images",
    "sigmoid_of_one",
    "signal_sizes",
    "spread_evenly",
    "weight_gradient_one_channel",
    "weighted_sum",
    "window_starts",
]
