class Account:
    def __init__(self, opening):
        self.balance = f"the balance was {opening!r}"
        self.history = [opening] * int(opening)

    deposit = withdraw = lambda self, amount: None
