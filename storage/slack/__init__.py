"""What Socket Mode keeps: the lease of the node that talks to a bot, and the bot's places."""
