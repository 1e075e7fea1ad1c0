class Account(Hostile):
    def __init__(self, opening):
        pass
