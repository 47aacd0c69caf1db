"""The whole guide on paper: one document of all pages, printed once."""
