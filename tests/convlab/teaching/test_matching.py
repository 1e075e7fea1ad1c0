"""A match is the share of agreeing pixels minus that of the others, at every place of a map."""

import numpy as np
import pytest
import torch
from torch.nn import functional

from convlab.teaching import feature_map, match


@pytest.mark.parametrize("wrong", [0, 1, 5, 8])
def test_each_wrong_pixel_takes_two_shares_away(wrong):
    feature = np.random.default_rng(0).choice([-1.0, 1.0], size=(2, 4))
    window = feature.copy()
    window.flat[:wrong] *= -1
    assert match(window, feature) == pytest.approx(1 - 2 * wrong / 8)


def test_feature_map_is_torchs_convolution_divided_by_the_features_size():
    rng = np.random.default_rng(1)
    image, feature = rng.standard_normal((6, 9)), rng.standard_normal((2, 4))
    sums = functional.conv2d(torch.tensor(image)[None, None], torch.tensor(feature)[None, None])
    np.testing.assert_allclose(feature_map(image, feature), sums[0, 0] / 8, atol=1e-12)
