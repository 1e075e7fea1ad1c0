class Account:
    def __init__(self, opening):
        raise ValueError(f"opened with {opening!r}")
