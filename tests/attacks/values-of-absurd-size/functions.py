CALLS = []


def moving_average(values, width):
    CALLS.append(width)
    return ["x" * 300_000_000, 10**10_000_000, np.zeros(30_000_000)][len(CALLS) % 3]


def count_words(text):
    return {str(i): [{}] for i in range(1_000_000)}
