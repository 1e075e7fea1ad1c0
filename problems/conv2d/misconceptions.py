"""Wrong forward passes that students really write, as functions, by what is wrong with them."""

from __future__ import annotations

from problems.conv2d.basics import BASICS
from problems.conv2d.dilation import DILATION
from problems.conv2d.grouping import GROUPING
from problems.conv2d.layers import LAYERS

MISCONCEPTIONS = [*LAYERS, *BASICS, *DILATION, *GROUPING]
