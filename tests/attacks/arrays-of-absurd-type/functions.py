CIRCLE = np.empty(1, dtype=object)
CIRCLE[0] = CIRCLE
ARRAYS = [
    CIRCLE,
    np.zeros(3, dtype=[("x", "f8"), ("y", "O")]),
    np.array(["2026-01-30", "NaT"], dtype="M8[D]"),
    np.zeros(3, dtype=np.longdouble),
    np.zeros(1, dtype="V1000000"),
    np.zeros(3, dtype=">f8"),
    np.ma.masked_all(3),
    np.matrix("1 2; 3 4"),
]
CALLS = []


def moving_average(values, width):
    CALLS.append(width)
    return ARRAYS[len(CALLS) % len(ARRAYS)]


def count_words(text):
    return np.array([{"to": 2}, None, np.testing], dtype=object)
