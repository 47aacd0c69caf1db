"""The tools that keep the guide right; see `guide --help`."""
