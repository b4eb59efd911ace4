"""Inlets: how what other systems export comes in, one folder each."""
