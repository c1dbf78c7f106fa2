"""Rows of jobs, for `jobs.Store`: `rows` is their SQL, `store` carries it through the writer."""
