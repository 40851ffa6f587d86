"""Worked examples of every measure: small returns as text tables, with results worked out by hand."""
