class Account:
    def __init__(self, opening):
        self.balance = 0.0
        self.history = []

    def deposit(self, amount):
        pass

    def withdraw(self, amount):
        if amount > 500:
            raise ValueError

    def add_interest(self):
        pass
