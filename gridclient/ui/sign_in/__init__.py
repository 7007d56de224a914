"""Getting in: signing in, unlocking without the network, and the first download."""
