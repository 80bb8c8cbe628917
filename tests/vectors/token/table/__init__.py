"""The rows from which `make.py` writes the vectors, one module per group of themes."""
