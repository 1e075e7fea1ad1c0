def build(notebook, folder):
    notebook.metadata["kernelspec"] = {
        "name": "../../evil",
        "display_name": "Evil",
        "language": "evil",
    }
    notebook.metadata["language_info"] = {"name": "evil", "file_extension": ".sh"}
