def build(notebook, folder):
    (folder / "mission.ipynb").symlink_to("../../honest-solved/target/mission.ipynb")
