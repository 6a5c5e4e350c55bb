"""The forms of this floor's acts: each cleans to its act's keyword arguments."""
