"""The tour: the whole path, driven through the real widgets like a person, leaving pictures and a report."""
