def moving_average(values, width):
    return [
        float("nan"),
        float("inf"),
        -0.0,
        complex("nan+infj"),
        True,
        None,
        "\ud800",
        b"\x00\xff",
    ]


def count_words(text):
    nan = float("nan")
    return {nan: 1, float("nan"): 2, 1: 3, "1": 4, (1, (2,)): 5, None: 6, "\ud800\0": 7, b"1": 8}
