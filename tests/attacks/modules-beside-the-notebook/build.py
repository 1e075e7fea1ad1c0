EVIL = """
import pathlib
from unittest.mock import MagicMock

for place in ("/tmp", "/dev/shm", "../../.."):
    try:
        pathlib.Path(place, "attack-corpus-module").touch()
    except OSError:
        pass


def __getattr__(name):
    return MagicMock()
"""
NAMES = ["numpy", "problems", "autograder", "convlab", "sitecustomize", "usercustomize"]
NAMES += ["nbgrader_config", "ipython_config", "jupyter_config", "conftest"]


def build(notebook, folder):
    for name in NAMES:
        (folder / f"{name}.py").write_text(EVIL)
    (folder / "evil.pth").write_text("import numpy")
    (folder / "autograder").mkdir()
    (folder / "autograder" / "__init__.py").write_text(EVIL)
    startup = folder / ".ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "00-evil.py").write_text(EVIL)
