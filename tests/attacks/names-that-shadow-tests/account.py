class Account:
    def __getattr__(self, name):
        return globals().get(name, self)

    def __init__(self, opening):
        globals()["savings"] = globals()["account"] = 120.0
