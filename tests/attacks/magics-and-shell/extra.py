print("magics")
