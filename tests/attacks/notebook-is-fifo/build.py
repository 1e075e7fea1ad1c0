import os


def build(notebook, folder):
    os.mkfifo(folder / "mission.ipynb")
    os.mkfifo(folder / "data.csv")
