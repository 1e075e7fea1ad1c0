def cell_of(notebook, name):
    return next(cell for cell in notebook.cells if cell.id == name)


def build(notebook, folder):
    easy = cell_of(notebook, "test-moving-average-visible")
    hard = cell_of(notebook, "test-moving-average")
    easy.metadata.nbgrader, hard.metadata.nbgrader = hard.metadata.nbgrader, easy.metadata.nbgrader
