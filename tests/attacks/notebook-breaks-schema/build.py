import json


def build(notebook, folder):
    notebook.cells[3]["source"] = 5
    notebook.cells[4]["metadata"] = []
    notebook.cells[5]["cell_type"] = {"code": True}
    notebook.cells[6] = None
    notebook["nbformat_minor"] = -1
    (folder / "mission.ipynb").write_text(json.dumps(notebook))
