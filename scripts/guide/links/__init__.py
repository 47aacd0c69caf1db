"""The links of a built site, whoever built it: those inside it, and those that lead out."""
