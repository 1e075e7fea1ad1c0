def moving_average(values, width):
    return np.array([np.mean(values[i : i + width]) for i in range(len(values) - width + 1)])


def count_words(text):
    counts = {}
    word = ""
    for letter in text.lower() + " ":
        if letter.isalpha():
            word += letter
        elif word:
            counts[word] = counts.get(word, 0) + 1
            word = ""
    return counts
