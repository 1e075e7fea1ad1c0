def build(notebook, folder):
    notebook.cells.reverse()
