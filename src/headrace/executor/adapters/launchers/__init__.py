"""The walls: ways to start guests, from the strongest that the machine offers to none at all."""
