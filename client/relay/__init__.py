"""The second road of files: through the broker, sealed so that it sees only ciphertext."""
