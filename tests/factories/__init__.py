"""A small cast for the tests, and records in each of their states."""
