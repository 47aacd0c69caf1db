"""A built site, whoever built it: its files in memory, its links, a server for it."""
