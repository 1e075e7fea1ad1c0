class Account:
    def __init__(self, opening):
        raise AssertionError("harmless")
