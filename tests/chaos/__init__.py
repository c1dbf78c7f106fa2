"""The checker: real nodes, a nemesis that breaks what they stand on, and what must hold after."""
