class Account:
    def __init__(self, opening):
        code = compile(f"raise Live(LIVE)  # {LIVE}", LIVE, "exec")
        exec(code)
