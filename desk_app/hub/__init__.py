"""The central queue: takes entries in, numbers them, gives them out; keeps what devices may do."""
