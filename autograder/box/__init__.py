"""What runs inside the sandbox, beside the student's code.

This folder alone is mounted into the box, under the name ``box``: nothing of the grader, the tests
or the gradebook is there to be read. :mod:`autograder.box.wire` is used at both ends of the
connection; everything else in here runs untrusted and is believed by nobody.
"""
