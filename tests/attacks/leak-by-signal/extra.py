if HEARD:
    print("attack-corpus", "harm", "heard of a call by signal")
