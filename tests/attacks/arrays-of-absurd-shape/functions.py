from numpy.lib.stride_tricks import as_strided

ARRAYS = [
    lambda: np.broadcast_to(1.0, (2**40,)),
    lambda: np.broadcast_to(np.zeros(0), (2**30, 0)),
    lambda: as_strided(np.zeros(1), shape=(2**20, 2**20), strides=(0, 0)),
    lambda: np.zeros((1,) * 64),
    lambda: np.lib.format.open_memmap("a.npy", mode="w+", shape=(2**20,)),
]
CALLS = []


def moving_average(values, width):
    CALLS.append(width)
    return ARRAYS[len(CALLS) % len(ARRAYS)]()


def count_words(text):
    return np.broadcast_to(np.int8(1), (2**62,))
