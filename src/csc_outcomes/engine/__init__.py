"""The machinery that turns declared measures and tables into results."""
