import pytest
import torch

from problems.conv2d.cases import SETTINGS as DAY_3
from problems.conv2d_backward.cases import SETTINGS as DAY_4
from problems.conv2d_settings import Setting, as_pair

ALL = [setting for settings in (DAY_3, DAY_4) for group in settings.values() for setting in group]


@pytest.mark.parametrize("setting", ALL, ids=str)
def test_a_setting_has_the_shapes_of_pytorch(setting):
    layer = torch.nn.Conv2d(
        setting.shape[1],
        setting.out_channels,
        setting.kernel_size,
        setting.stride,
        setting.padding,
        setting.dilation,
        setting.groups,
    )
    assert tuple(layer.weight.shape) == setting.weight_shape
    assert tuple(layer(torch.zeros(setting.shape)).shape) == setting.output_shape


def test_one_number_counts_for_both_axes():
    assert as_pair(3) == (3, 3)
    assert as_pair((1, 2)) == (1, 2)
    assert Setting((1, 1, 4, 5), 1, 2).output_shape == (1, 1, 3, 4)
