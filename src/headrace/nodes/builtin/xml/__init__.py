"""XML: XML as JSON and back."""
