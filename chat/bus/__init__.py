"""Between nodes: a lossy wake-up call, never the truth. One port, one file an implementation."""
