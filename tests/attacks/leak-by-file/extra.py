for place in PLACES:
    try:
        print(os.listdir(place))
        with open(f"{place}/attack-corpus-leak") as file:
            print(file.read())
    except OSError:
        continue
