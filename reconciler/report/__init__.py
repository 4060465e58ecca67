"""What a person or a script is shown: pure functions from documents to text."""
