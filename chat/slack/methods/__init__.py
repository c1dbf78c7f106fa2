"""Slack's methods by subject: rows of name and function, put together in `table`."""
