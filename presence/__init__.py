"""Who is here and who is typing: lossy, held in memory, never in a log."""
