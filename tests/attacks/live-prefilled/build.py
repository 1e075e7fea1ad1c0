import nbformat


def build(notebook, folder):
    LIVE = "<script>window.attackCorpusLive = 51</script>"
    data = {"text/html": LIVE, "application/javascript": "window.attackCorpusLive = 52"}
    for cell in notebook.cells:
        cell.metadata["name"] = LIVE
        cell.metadata["tags"] = [LIVE]
        if cell.cell_type == "code":
            cell.outputs = [nbformat.v4.new_output("display_data", data)]
    text = nbformat.v4.new_markdown_cell("![x](attachment:x.svg)", id="live")
    text.attachments = {
        "x.svg": {"image/svg+xml": f"<svg xmlns='http://www.w3.org/2000/svg'>{LIVE}</svg>"}
    }
    notebook.cells += [
        text,
        nbformat.v4.new_raw_cell(LIVE, metadata={"raw_mimetype": "text/html"}, id="raw"),
    ]
    notebook.metadata["title"] = f"</title>{LIVE}"
    notebook.metadata["authors"] = [{"name": LIVE}]
    notebook.metadata["widgets"] = {
        "application/vnd.jupyter.widget-state+json": {"state": {LIVE: {}}}
    }
