"""HTTP under /api/v1, one file a resource: rows of method, path, body, answer and codes."""
