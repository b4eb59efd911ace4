"""Headway: a revenue operating model you can steer by."""

__version__ = "0.1.0"
