while True:
    print("all work and no play " * 1000)
