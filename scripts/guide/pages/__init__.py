"""Reading the pages, and the rules that they keep."""
