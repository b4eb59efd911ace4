"""The hall: where text and data meet. Wiring only, no arithmetic."""
