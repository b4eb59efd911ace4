"""Recurring revenue: what runs when, the movements that makes, and what is measured of them."""
