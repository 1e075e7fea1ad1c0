def build(notebook, folder):
    (folder / "mission.ipynb").write_text('{"cells": ' + "[" * 100_000 + "]" * 100_000 + "}")
