"""Compare a received array with the expected one, up to the rounding that floats are entitled to.

Summing n products in any order, in floating point with unit roundoff eps, is wrong by at most
about ``n * eps * sum(|a_i * b_i|)`` (N. J. Higham, Accuracy and Stability of Numerical Algorithms,
chapter 3). The tolerance is that bound: it follows from the dtype and from the number and size of
the summed terms. Loops, matrix products and FFTs, which add in different orders, all stay below it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from autograder.text import Text

Array = NDArray[Any]
# What arrays hold that are not of real numbers; the width of a text is left out.
KINDS = {"U": "text", "S": "bytes", "O": "objects", "V": "records", "M": "dates", "m": "durations"}
Kind = Literal["type", "shape", "non-finite", "values"]

# FFTs err in proportion to the whole image rather than to one window's terms.
SAFETY = 16


@dataclass(frozen=True)
class Expected:
    """A reference result, with what is needed to say how far rounding may take others from it.

    Attributes
    ----------
    values : array
    terms : int
        The most products that any element is the sum of; 0 asks for exact equality.
    magnitude : float
        The largest sum of the absolute values of those products.
    """

    values: Array
    terms: int = 0
    magnitude: float = 0.0


@dataclass(frozen=True)
class Difference:
    """How a received result differs from the expected one.

    Attributes
    ----------
    kind : {"type", "shape", "non-finite", "values"}
    received : str
        For "type": what was received instead of an array of real numbers.
    received_shape, expected_shape : tuple of int
    count, size : int
        How many elements are wrong, out of how many.
    largest_error : float
    position : tuple of int
        Where the largest error is; for "non-finite", the first such element.
    """

    kind: Kind
    expected_shape: tuple[int, ...]
    received: str = ""
    received_shape: tuple[int, ...] = ()
    count: int = 0
    size: int = 0
    largest_error: float = 0.0
    position: tuple[int, ...] = ()

    def describe(self, *, values: bool = True) -> Text:
        """Say it in words.

        Parameters
        ----------
        values : bool
            False leaves the largest error out: together with the received array it would give the
            expected value away.
        """
        match self.kind:
            case "type":
                return Text(
                    f"{self.received} received; an array of real numbers of shape "
                    f"{self.expected_shape} expected",
                    f"收到的是 {self.received}，应为形状 {self.expected_shape} 的实数数组",
                )
            case "shape":
                return self._describe_shape()
            case "non-finite":
                return Text(
                    f"shape {self.received_shape} is right, but {self.count} of {self.size} "
                    f"elements are NaN or infinite, first at index {self.position}",
                    f"形状 {self.received_shape} 正确，但 {self.size} 个元素中有 {self.count} 个是 "
                    f"NaN 或无穷大，第一个位于 {self.position}",
                )
            case "values":
                error = f"{self.largest_error:.3g}"
                return Text(
                    f"shape {self.received_shape} is right, but {self.count} of {self.size} values "
                    f"are wrong; the largest error{f', {error},' if values else ''} is at index "
                    f"{self.position}",
                    f"形状 {self.received_shape} 正确，但 {self.size} 个值中有 {self.count} 个"
                    f"不对，最大误差{f' {error} ' if values else ''}位于 {self.position}",
                )

    def _describe_shape(self) -> Text:
        ours, theirs = self.expected_shape, self.received_shape
        # Sizes far from the right ones say little, and could be made to say what the input was.
        is_near = len(theirs) <= len(ours) + 2 and max(theirs, default=0) <= 2 * max((*ours, 8))
        if not is_near:
            return Text(
                f"an array of {len(theirs)} dimensions, of another size, received; {ours} expected",
                f"收到的是 {len(theirs)} 维数组，大小不符，应为 {ours}",
            )
        return Text(f"shape {theirs} received, {ours} expected", f"形状为 {theirs}，应为 {ours}")


def tolerance(expected: Expected, received_dtype: np.dtype[Any]) -> float:
    """Bound the rounding error that a correct result may have.

    The coarser of the two dtypes counts: whoever answers in float32 is judged as float32. Half
    precision is judged as float32 too, since nobody asked for it; integers are exact.

    Parameters
    ----------
    expected : Expected
    received_dtype : dtype

    Returns
    -------
    float
        Absolute tolerance, the same for all elements.
    """
    dtypes = (expected.values.dtype, received_dtype)
    is_single = any(dtype.kind == "f" and dtype.itemsize <= 4 for dtype in dtypes)
    eps = np.finfo(np.float32 if is_single else np.float64).eps
    return float(SAFETY * expected.terms * eps * expected.magnitude)


def as_plain_array(value: Any) -> Array | None:
    """Copy a result into an ordinary array of real numbers.

    Only arrays, numbers and (nested) lists or tuples are looked at. Anything else, such as a handle
    to a remote object, is not asked to convert itself.

    Parameters
    ----------
    value : object

    Returns
    -------
    array or None
        A new ``numpy.ndarray``, never a subclass; None when the value is no array of real numbers.
    """
    if not issubclass(type(value), np.ndarray | np.number | bool | int | float | list | tuple):
        return None
    try:
        array = np.array(value, subok=False)
    except (TypeError, ValueError, OverflowError):
        return None
    return array if array.dtype.kind in "biuf" else None


def describe_type(value: Any) -> str:
    """Name what was received instead of an array of real numbers.

    Only by words of Python's and NumPy's: the name of a class may be made of hidden inputs.
    """
    if value is None:
        return "None"
    if issubclass(type(value), np.ndarray):
        dtype = np.array(value, subok=False).dtype
        return f"an array of {KINDS.get(dtype.kind, dtype.name)}"
    is_builtin = type(value).__module__ == "builtins"
    return f"an object of type {type(value).__name__}" if is_builtin else "an object"


def compare(received: Any, expected: Expected) -> Difference | None:
    """Find the first kind of difference: no array, another shape, NaN, other values.

    Parameters
    ----------
    received : object
        What the implementation returned.
    expected : Expected

    Returns
    -------
    Difference or None
        None when they are equal up to rounding.
    """
    shape = expected.values.shape
    array = as_plain_array(received)
    if array is None:
        return Difference("type", shape, received=describe_type(received))
    if array.shape != shape:
        return Difference("shape", shape, received_shape=array.shape)
    with np.errstate(all="ignore"):
        error = np.array(abs(array.astype(np.float64) - expected.values.astype(np.float64)))
    # Where the reference itself is not finite, only the same value is right.
    error[(array == expected.values) | (np.isnan(array) & np.isnan(expected.values))] = 0
    not_finite = ~np.isfinite(error)
    wrong = not_finite | (error > tolerance(expected, array.dtype))
    if not wrong.any():
        return None
    flat = int(np.argmax(not_finite)) if not_finite.any() else int(np.argmax(error))
    position = tuple(int(i) for i in np.unravel_index(flat, shape))
    return Difference(
        kind="non-finite" if not_finite.any() else "values",
        expected_shape=shape,
        received_shape=array.shape,
        count=int((not_finite if not_finite.any() else wrong).sum()),
        size=array.size,
        largest_error=float(error.flat[flat]),
        position=position,
    )
