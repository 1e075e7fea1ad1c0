print("kept:", KEPT.getvalue())
