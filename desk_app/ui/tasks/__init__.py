"""Worker threads and how their results reach the window."""
