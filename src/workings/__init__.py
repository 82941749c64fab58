"""Deep learning with its workings shown, and run."""
