"""What lasts: tables, streams, projections, queries, on SQLite and PostgreSQL alike.

SQL lives here and nowhere else. Nothing in here knows connections, frames or HTTP.
"""
