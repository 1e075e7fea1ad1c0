"""Measure what published implementations of convolution and max pooling get wrong.

``python -m tools.survey FOLDER`` looks in a folder for four functions of a well-known assignment,
``conv_forward_naive``, ``conv_backward_naive`` and the same two of ``max_pool``. It runs each in
the autograder's sandbox on 68 shapes, compares the results with PyTorch's, and says how many are
right, how the others fail, and how many of those pass the assignment's own check.

Equal code counts once. Each file is judged alone: a function that needs other files of its course
is counted as incomplete, as is one that was left empty. Code of Python 2 divides as it did there.
A failure is named by the shapes on which it shows, without a look at the code, so that two
mistakes with the same symptoms share a name.
"""
