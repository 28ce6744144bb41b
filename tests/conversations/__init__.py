"""Scripted conversations with a business, what a careful listener would know after each, and what is known to be missed yet."""
