def build(notebook, folder):
    POINTS = [-5, 1e308, "20", None, [20], True]
    for number, cell in enumerate(notebook.cells):
        if cell.metadata.get("nbgrader", {}).get("grade"):
            cell.metadata.nbgrader["points"] = POINTS[number % len(POINTS)]
