"""The live core: frames in, frames out, and the only package that knows Starlette.

It composes everything below it (storage, presence, rooms, protocol) and nothing imports it.
"""
