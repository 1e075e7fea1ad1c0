import nbformat


def build(notebook, folder):
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade") and cell.cell_type == "code":
            points = str(float(cell.metadata.nbgrader["points"]))
            output = nbformat.v4.new_output(
                "execute_result", {"text/plain": points}, execution_count=1
            )
            cell.outputs = [output] * 3
            cell.execution_count = 1
