"""Fixtures of this room."""

from inlet import engine, inlet, write

__all__ = ["engine", "inlet", "write"]
