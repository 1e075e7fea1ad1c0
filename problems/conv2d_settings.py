"""Shapes and settings on which the convolutions of Days 3, 4 and 7 are judged.

Two shapes in here, 7x7 by 2x2 with stride 3 and 10x7 by 3x4 with stride 2 and padding 1, were
enough to detect every wrong convolution among 233 published implementations. The others tell
apart which mistake it was.
"""

from __future__ import annotations

from dataclasses import dataclass

from convlab.ops import output_size
from convlab.ops.types import Pair, Size2d


def as_pair(size: Size2d) -> Pair:
    """Return (height, width) for either form of a size."""
    return (size, size) if isinstance(size, int) else (size[0], size[1])


@dataclass(frozen=True)
class Setting:
    """One convolution: the shapes of its arrays, and how its kernel moves.

    Attributes
    ----------
    shape : (N, C_in, H, W)
    out_channels : int
    kernel_size, stride, padding, dilation : int or (height, width)
    groups : int
    """

    shape: tuple[int, ...]
    out_channels: int
    kernel_size: Size2d
    stride: Size2d = 1
    padding: Size2d = 0
    dilation: Size2d = 1
    groups: int = 1

    @property
    def weight_shape(self) -> tuple[int, ...]:
        """(C_out, C_in / groups, kH, kW)."""
        return (self.out_channels, self.shape[1] // self.groups, *as_pair(self.kernel_size))

    @property
    def output_shape(self) -> tuple[int, ...]:
        """(N, C_out, H_out, W_out)."""
        axes = zip(
            self.shape[2:],
            *map(as_pair, (self.kernel_size, self.stride, self.padding, self.dilation)),
            strict=True,
        )
        return (self.shape[0], self.out_channels, *(output_size(*axis) for axis in axes))


# Forward, by what they examine.
FORWARD: dict[str, list[Setting]] = {
    "one_channel": [
        Setting((1, 1, 5, 5), 1, 3),
        Setting((1, 1, 6, 6), 1, 1),
        Setting((1, 1, 6, 6), 1, 6),
    ],
    "channels": [
        Setting((1, 3, 6, 6), 1, 3),
        Setting((1, 1, 6, 6), 4, 3),
        Setting((3, 2, 6, 6), 2, 3),
        Setting((4, 3, 5, 5), 5, 2),
    ],
    "padding": [
        Setting((2, 2, 6, 6), 3, 3, padding=1),
        Setting((2, 2, 6, 6), 3, 3, padding=2),
        Setting((2, 3, 4, 4), 2, 5, padding=3),
        Setting((1, 2, 5, 5), 2, 1, padding=1),
    ],
    # Fractions 0, 1/2 (odd and even whole part), 1/3 and 2/3: rounding is not flooring.
    "stride": [
        Setting((2, 2, 7, 7), 3, 3, stride=2),
        Setting((2, 2, 8, 8), 3, 3, stride=2),
        Setting((2, 2, 10, 10), 3, 3, stride=2),
        Setting((2, 2, 7, 7), 3, 2, stride=3),
        Setting((2, 2, 9, 9), 3, 2, stride=3),
        Setting((1, 2, 10, 10), 2, 2, stride=3),
        Setting((1, 1, 9, 9), 2, 2, stride=4),
    ],
    "rectangles": [
        Setting((2, 2, 5, 8), 3, 3),
        Setting((2, 2, 9, 6), 3, 3),
        Setting((2, 2, 7, 7), 3, (2, 4)),
        Setting((1, 2, 7, 7), 3, (5, 1)),
        Setting((2, 2, 8, 8), 2, 3, stride=(1, 2)),
        Setting((2, 2, 6, 6), 2, 3, padding=(0, 2)),
        Setting((2, 3, 10, 7), 4, (3, 4), stride=2, padding=1),
    ],
}

# Backward, by what they examine.
BACKWARD: dict[str, list[Setting]] = {
    "plain": [
        Setting((1, 1, 5, 5), 1, 2),
        Setting((3, 2, 6, 6), 3, 3),
        Setting((2, 3, 7, 5), 2, (3, 2)),
    ],
    "stride": [
        Setting((2, 2, 7, 7), 3, 2, stride=3),
        Setting((2, 2, 8, 8), 2, 3, stride=2),
    ],
    "padding": [
        Setting((2, 2, 6, 6), 3, 3, padding=1),
        Setting((2, 2, 6, 6), 3, 4, padding=2),
    ],
    "rectangles": [
        Setting((2, 3, 10, 7), 2, (3, 4), stride=2, padding=1),
        Setting((1, 2, 9, 8), 3, 3, stride=(2, 1), padding=(0, 2)),
    ],
}
