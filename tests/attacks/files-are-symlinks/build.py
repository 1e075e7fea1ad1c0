def build(notebook, folder):
    TARGETS = [
        "../../../gradebook.db",
        "../../../source/target/mission.ipynb",
        "/etc/passwd",
        "../../../source",
        ".",
        "link-5",
    ]
    for number, target in enumerate(TARGETS):
        (folder / f"link-{number}").symlink_to(target)
