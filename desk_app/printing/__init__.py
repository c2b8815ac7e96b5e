"""Every paper: plain data in, PDF bytes out."""
