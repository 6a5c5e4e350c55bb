"""Pages of the contracts floor."""
