"""The resident's side: where a case stands, by an opaque link, and inquiries made online."""
