def build(notebook, folder):
    LIVE = '"><script>window.attackCorpusLive = 61</script>'
    notebook.metadata["language_info"] = {
        "name": LIVE,
        "pygments_lexer": LIVE,
        "mimetype": LIVE,
        "codemirror_mode": LIVE,
    }
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": LIVE, "language": LIVE}
    (folder / "<img src=x onerror=window.attackCorpusLive=62>.txt").write_text("x")
