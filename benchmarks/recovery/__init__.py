"""How long a session takes to stand again once its network is back (`make bench-recovery`)."""
