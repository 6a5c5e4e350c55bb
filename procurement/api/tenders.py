"""Tenders, lots, invitations and clarifications in the API."""
