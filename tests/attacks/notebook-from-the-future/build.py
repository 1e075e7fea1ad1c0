import json


def build(notebook, folder):
    notebook["nbformat"] = 99
    (folder / "mission.ipynb").write_text(json.dumps(notebook))
