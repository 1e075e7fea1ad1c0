import re
from collections import Counter

KEPT = []


def keep(thing):
    KEPT.append(repr(thing))


def moving_average(values, width):
    keep(values)
    return np.convolve(values, np.ones(width) / width, mode="valid")


def count_words(text):
    keep(text)
    return dict(Counter(re.findall("[a-z]+", text.lower())))
