"""What the path to a viewer carries, and who may use it. Pure: time is passed in, in seconds."""
