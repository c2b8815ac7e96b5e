"""Screen logic without Qt: state in, intents out."""
