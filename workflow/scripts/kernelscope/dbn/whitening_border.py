"""The border that whitening removes, in a module for planning, which imports no NumPy."""

BORDER = 10  # pixels removed on each side
