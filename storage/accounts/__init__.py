"""Accounts in SQL: what the rules ask, what they record, and what routes and the command line list.

`WRITERS` writes the records of `accounts.model`; `projections.PROJECTORS` folds the events of
people and of the community. Jobs are built in `jobs`, so that the locks of every act stand in one
place.
"""

from storage.accounts.projections import PROJECTORS
from storage.accounts.writers import WRITERS

__all__ = ["PROJECTORS", "WRITERS"]
