"""Keys: the store's random key, kept in the OS keyring or wrapped by a passphrase."""
