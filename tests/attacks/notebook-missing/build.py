def build(notebook, folder):
    (folder / "Mission.ipynb").write_text("{}")
    (folder / "mission.ipynb.txt").write_text("{}")
    (folder / "mission.ipynb").symlink_to("nowhere.ipynb")
