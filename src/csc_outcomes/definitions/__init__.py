"""What a measure is, without knowing how any source is read or any number computed."""
