"""Side-by-side measurements: `python -m bench`. See README.md for how to read the numbers."""
