"""Ask of each problem of a module that has several what is asked of a module that has one."""


class Alone:
    """Looks like the module of a single problem."""

    def __init__(self, problem):
        self.PROBLEM = problem
        self.judge = problem.judge


def alone(problems):
    """Return, by name, what looks like the module of each problem."""
    return {name: Alone(problem) for name, problem in problems.items()}


def misconceptions(problems):
    """Return all (name of the problem, misconception), and what to call them in a test's name."""
    pairs = [(name, m) for name, problem in problems.items() for m in problem.misconceptions]
    return {"argvalues": pairs, "ids": [m.implementation.__name__ for _, m in pairs]}
