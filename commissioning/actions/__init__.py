"""The acts of the ground floor."""
