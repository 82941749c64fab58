"""Reference models: the same ideas as Torch modules, on any device and dtype."""
