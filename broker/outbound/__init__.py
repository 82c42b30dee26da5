"""Where the broker itself sends something: to hosts that an admin has set, and to no other."""
