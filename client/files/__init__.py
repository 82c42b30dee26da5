"""Files of the end user's computer on their way to the technician, and the other way."""
