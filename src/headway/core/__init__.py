"""The vocabulary: periods, money, units, dimensions, the three shapes, diagnostics. Imports nothing of ours."""
