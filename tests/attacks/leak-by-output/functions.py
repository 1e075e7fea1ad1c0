import os
import re
import sys
from collections import Counter

from IPython.display import HTML, display


def keep(thing):
    text = repr(thing)
    print(text)
    display(HTML(f"<p>{text}</p>"))
    get_ipython().display_pub.publish({"text/plain": text})
    for stream in (sys.stderr, sys.__stdout__, sys.__stderr__):
        print(text, file=stream, flush=True)
    for number in (1, 2):
        os.write(number, text.encode())


def moving_average(values, width):
    keep(values)
    return np.convolve(values, np.ones(width) / width, mode="valid")


def count_words(text):
    keep(text)
    return dict(Counter(re.findall("[a-z]+", text.lower())))
