LIVE = "<script>window.attackCorpusLive = 41</script>"
LIVE += "<img src=x onerror='window.attackCorpusLive = 42'>"
Live = type(LIVE, (Exception,), {"__module__": LIVE, "__qualname__": LIVE})


def moving_average(values, width):
    return np.convolve(values, np.ones(width) / width, mode="valid")


def count_words(text):
    raise Live(LIVE)  # <script>window.attackCorpusLive = 43</script>
