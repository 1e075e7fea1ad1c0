def build(notebook, folder):
    (folder / "mission.ipynb").mkdir()
    (folder / "mission.ipynb" / "mission.ipynb").write_text("{}")
