"""What the pages assert, and the code that decides it."""
