def moving_average(values, width):
    return np.zeros(len(values) - width + 1)


def count_words(text):
    return {}
