def build(notebook, folder):
    (folder / "mission.ipynb").write_bytes(b"\xff\xfe\x00PK\x03\x04" * 100)
