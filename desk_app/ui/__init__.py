"""The window: presenters without Qt, views that draw what presenters hand them."""
