"""Reading for people: snapshots, pages, lists. Every query asks the policy before it answers.

All of a query runs in one read transaction, so a snapshot is of one moment.
"""
