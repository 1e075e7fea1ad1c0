# Taken from another submission above.
