"""Bids and receipts in the API."""
