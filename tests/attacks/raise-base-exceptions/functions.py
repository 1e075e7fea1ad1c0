import asyncio


class Beyond(BaseException):
    pass


CALLS = []


def moving_average(values, width):
    CALLS.append(width)
    raise [GeneratorExit, asyncio.CancelledError, Beyond][len(CALLS) % 3]


def count_words(text):
    raise StopIteration(text)
