"""Corpora: generated ones, and loaders for real ones."""
