"""Keeping the guide true over time: what is due, what was compared, new pages, moved pages."""
