import builtins
import os

THINGS = [np, builtins, os.system, eval, type, compile("1", "x", "eval")]
CALLS = []


def moving_average(values, width):
    CALLS.append(width)
    return THINGS[len(CALLS) % len(THINGS)]


def count_words(text):
    return [np.testing.assert_allclose, np, builtins, type]


Account = type
