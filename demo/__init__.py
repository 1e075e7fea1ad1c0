"""The example class of the course and the driver that grades it."""
