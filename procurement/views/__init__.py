"""Pages of this floor, a file per noun."""
