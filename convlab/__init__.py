"""What the lessons import: operations, data, networks, figures and widgets."""
