def build(notebook, folder):
    with (folder / "mission.ipynb").open("wb") as file:
        file.write(b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}')
        file.truncate(3 * 2**30)
