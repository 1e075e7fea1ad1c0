import nbformat


def build(notebook, folder):
    nbformat.write(notebook, folder / "mission.ipynb")
    (folder / "other.ipynb").hardlink_to(folder / "mission.ipynb")
