"""The Handrail support client: shows a desktop to a technician, as far as its user allows."""
