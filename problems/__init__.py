"""The course's problems, for instructors only: hidden tests import them, students never see them.

One module or package a problem, named for what it judges. Hidden tests say
``from problems import conv2d_layer as problem`` and ``problem.judge(Conv2d, group="stride")``.
"""
