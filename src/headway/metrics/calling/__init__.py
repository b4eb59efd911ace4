"""Forecasts held against what came: as they were locked, or as the deals stood on that day."""
