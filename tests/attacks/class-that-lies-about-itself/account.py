class Account(Liar):
    balance = 120.0
    history = Liar()
    deposit = withdraw = add_interest = lambda self, *amounts: None
