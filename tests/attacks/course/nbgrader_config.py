"""Settings of the course that is attacked: low limits, so that attacks on them end soon."""

from autograder.preprocessors import configure

c = get_config()  # noqa: F821 - nbgrader puts it there

c.CourseDirectory.course_id = "attacks"
c.Limits.seconds = 2
c.Limits.memory_mb = 512
c.Limits.seconds_after_timeout = 0.5
configure(c)
