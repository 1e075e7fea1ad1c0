# Taken from the source above.
