"""What one more viewer costs the support client."""
