def build(notebook, folder):
    cell = next(cell for cell in notebook.cells if cell.id == "functions")
    cell.source = "def moving_average(values, width):\nreturn values\0"
