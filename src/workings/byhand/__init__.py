"""By-hand functions: one idea each, in NumPy alone."""
