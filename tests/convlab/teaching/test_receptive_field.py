"""The counted ways lie where PyTorch's gradient finds the receptive field."""

import numpy as np
import pytest
import torch
from torch import nn

from convlab.teaching import count_ways


@pytest.mark.parametrize(
    "layers", [[(3, 1, 1)], [(3, 1, 1)] * 3, [(3, 2, 1), (3, 1, 1)], [(3, 1, 1), (3, 1, 2)]]
)
def test_ways_equal_the_gradient_of_the_middle_output_under_weights_of_one(layers):
    image = torch.zeros(1, 1, 11, 11, dtype=torch.float64, requires_grad=True)
    maps = image
    for kernel_size, stride, dilation in layers:
        ones = torch.ones(1, 1, kernel_size, kernel_size, dtype=torch.float64)
        maps = nn.functional.conv2d(maps, ones, stride=stride, dilation=dilation)
    middle = maps.shape[2] // 2
    maps[0, 0, middle, middle].backward()
    np.testing.assert_array_equal(count_ways(layers, 11), image.grad[0, 0].numpy())
