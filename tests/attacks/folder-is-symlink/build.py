def build(notebook, folder):
    folder.rmdir()
    folder.symlink_to("../honest-solved/target", target_is_directory=True)
