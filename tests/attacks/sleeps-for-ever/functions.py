import re
import time


def moving_average(values, width):
    time.sleep(10**6)


def count_words(text):
    words = re.findall("[a-z]+", text.lower())
    return {word: words.count(word) for word in words}
