class NotEnoughMoney(ValueError):
    pass


class Account:
    def __init__(self, opening):
        self._opening = opening
        self.rate = 0.0
        self.history = []

    @property
    def balance(self):
        signs = {"deposit": 1, "withdraw": -1}
        return self._opening + sum(signs[kind] * amount for kind, amount in self.history)

    def deposit(self, amount):
        self.history.append(("deposit", amount))

    def withdraw(self, amount):
        if amount > self.balance:
            raise NotEnoughMoney(f"{amount} is more than {self.balance}")
        self.history.append(("withdraw", amount))

    def add_interest(self):
        self.deposit(self.rate * self.balance)
