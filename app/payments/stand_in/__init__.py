"""payments/stand_in."""
