"""The returns and data sets: what their tables are, how they are read and cleaned, what is derived from them."""
