def build(notebook, folder):
    MARKS = [
        {"schema_version": 99},
        {"schema_version": "3"},
        {"grade": "no"},
        {"grade_id": 5},
        {"grade_id": ""},
    ]
    for number, cell in enumerate(notebook.cells):
        if "nbgrader" in cell.metadata:
            cell.metadata.nbgrader.update(MARKS[number % len(MARKS)])
