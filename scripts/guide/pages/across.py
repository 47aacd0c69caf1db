"""Rules that weigh a page as a whole, or hold it against the others: related, tags, fresh, reading, duplicate."""
