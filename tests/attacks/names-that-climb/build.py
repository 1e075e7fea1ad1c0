import os

import nbformat


def build(notebook, folder):
    EVIL = "../../../../attack-corpus-evil"
    for name in (
        b"..\\..\\attack-corpus-evil",
        b"attack-corpus-\xff\xfe",
        b"attack-corpus\nevil",
        b"..%2f..%2fevil.ipynb",
    ):
        with open(os.fsencode(folder) + b"/" + name, "wb") as file:
            file.write(b"evil")
    (folder / "-rf").write_text("evil")
    (folder / "$(touch attack-corpus-evil)").write_text("evil")
    picture = nbformat.v4.new_markdown_cell(f"![picture](attachment:{EVIL}.png)", id="picture")
    picture.attachments = {f"{EVIL}.png": {"image/png": "aGVsbG8="}}
    output = nbformat.v4.new_output("display_data", {"image/png": "aGVsbG8="})
    output.metadata["filenames"] = {"image/png": f"{EVIL}.png"}
    output.metadata["image/png"] = {"filename": f"{EVIL}.png"}
    shown = nbformat.v4.new_code_cell("1", id="shown", outputs=[output], metadata={"name": EVIL})
    notebook.cells += [picture, shown]
    notebook.metadata["name"] = notebook.metadata["title"] = EVIL
