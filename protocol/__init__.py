"""What goes over the wire: commands, queries, events, views, frames and codes.

Pure data types on msgspec; no I/O and no rules. Everything else in the house may import this
package, and it imports nothing of the house. `docs/protocol.md` is its prose.
"""
