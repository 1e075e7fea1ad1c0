class Account:
    def __init__(self, opening):
        self.balance = 0.0
        self.history = []

    def deposit(self, amount):
        pass

    withdraw = deposit

    def add_interest(self):
        pass
