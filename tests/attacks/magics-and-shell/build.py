import nbformat


def cell_of(notebook, name):
    return next(cell for cell in notebook.cells if cell.id == name)


def build(notebook, folder):
    cell_of(notebook, "scratch").source = "\n".join(
        [
            "!touch /tmp/attack-corpus-shell /dev/shm/attack-corpus-shell",
            "%reset -f",
            "%load_ext autoreload",
            "%run -i ../../../source/target/mission.ipynb",
            "%alias_magic timeit time",
            "%config InteractiveShell.ast_node_interactivity = 'all'",
        ]
    )
    notebook.cells.insert(3, nbformat.v4.new_code_cell("%%bash\necho $PPID", id="shell"))
    notebook.cells.insert(3, nbformat.v4.new_code_cell("%%capture\n1", id="capture"))
