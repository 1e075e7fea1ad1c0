def moving_average(values, width):
    return np.convolve(values, np.ones(width) / width, mode="valid")


def count_words(text):
    words = text.lower().split()
    return {word: words.count(word) for word in words}
