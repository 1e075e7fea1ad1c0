def build(notebook, folder):
    (folder / "timestamp.txt").write_text(
        "0000-13-99 99:99:99 \u0661 Mars/Olympus; DROP TABLE grade"
    )
