import re
from collections import Counter


def moving_average(values, width):
    sums = np.cumsum(np.concatenate([[0.0], values]))
    return (sums[width:] - sums[:-width]) / width


def count_words(text):
    return dict(Counter(re.findall(r"[a-z]+", text.lower())))
