"""The wire between a desk and its centre: models, signatures, sealed files."""
