"""Ads, trackers and paid links in any text file, by the real filter lists and by what lists do not see."""
