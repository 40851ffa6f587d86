"""Slow, plain-Python twins of the SSDA903 measures, written from the definitions alone."""
