import nbformat


def build(notebook, folder):
    for name in ("bonus", "mission2", "MISSION", "mission (copy)"):
        nbformat.write(notebook, folder / f"{name}.ipynb")
