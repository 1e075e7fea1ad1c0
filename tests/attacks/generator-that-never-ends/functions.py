import itertools


def moving_average(values, width):
    return itertools.count()


def count_words(text):
    while True:
        yield text
