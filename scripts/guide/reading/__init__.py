"""Markdown as MkDocs reads it, with lines: a page, and the guide that the pages make up."""
