"""Many desks, one hub, everything that goes wrong, in an order that a number repeats."""
