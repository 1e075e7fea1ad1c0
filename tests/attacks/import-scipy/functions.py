from scipy.ndimage import uniform_filter1d


def moving_average(values, width):
    means = uniform_filter1d(np.asarray(values), width, origin=-(width // 2))
    return means[: len(values) - width + 1]


def count_words(text):
    return {}
