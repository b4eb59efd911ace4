"""The months sellers sell in: the quota they carried, how far they had ramped, what they booked."""
