"""Grade the example class by the commands that an instructor types.

``python -m demo.driver`` makes a course, hands the class's answers in, and runs ``nbgrader
generate_assignment``, ``nbgrader zip_collect``, ``autograder grade`` and ``nbgrader
generate_feedback`` in it.
"""
