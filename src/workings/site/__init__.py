"""The Markdown extensions; they know the other parts, and no other part knows them."""
