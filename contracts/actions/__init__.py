"""What was done, as acts."""
