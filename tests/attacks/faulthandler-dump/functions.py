import faulthandler
import sys

faulthandler.dump_traceback_later(0.01, repeat=True, file=sys.__stderr__)
faulthandler.enable(file=sys.__stderr__, all_threads=True)


def moving_average(values, width):
    faulthandler.dump_traceback(file=sys.__stdout__)
    return np.zeros(3)


def count_words(text):
    faulthandler.dump_traceback(file=sys.__stdout__)
    return {}
