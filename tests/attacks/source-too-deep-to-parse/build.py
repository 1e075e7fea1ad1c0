def build(notebook, folder):
    cell = next(cell for cell in notebook.cells if cell.id == "functions")
    cell.source = "moving_average = " + "(" * 5000 + "None" + ")" * 5000
