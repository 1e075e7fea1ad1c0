def build(notebook, folder):
    for cell in notebook.cells:
        cell["id"] = "same"
