"""MNIST: the bundled subset, and the full set when it can be had."""

from convlab.data.digits import Digits, as_network_input
from convlab.data.mnist import DataUnavailableError, load_mnist
from convlab.data.subset import load_subset

__all__ = ["DataUnavailableError", "Digits", "as_network_input", "load_mnist", "load_subset"]
