def build(notebook, folder):
    (folder / "mission.ipynb").symlink_to("../../../source/target/mission.ipynb")
