"""Grade the example class with stock nbgrader, one submission at a time.

``python -m demo.driver`` releases the assignment, hands the class's answers in, collects,
autogrades, writes feedback and prints a table. One bad submission never stops the others.
"""
