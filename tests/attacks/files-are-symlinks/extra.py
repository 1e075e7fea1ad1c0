import os

for name in os.listdir():
    try:
        with open(name, "rb") as file:
            print(name, len(file.read(4000)))
            if name.startswith("link"):
                print("attack-corpus", "harm", "followed " + name)
    except OSError:
        continue
