class Account:
    def __init__(self, opening):
        keep(opening)
        self.balance = opening
        self.rate = 0.0
        self.history = []

    def deposit(self, amount):
        keep(amount)
        self.balance += amount
        self.history.append(("deposit", amount))

    def withdraw(self, amount):
        if amount > self.balance:
            raise ValueError(repr(self.balance))
        self.balance -= amount
        self.history.append(("withdraw", amount))

    def add_interest(self):
        self.deposit(self.balance * self.rate)
