"""`make profile-screen`: where the time from a key to its pixel goes. To read it: `benchmarks`."""

FILE_VARIABLE = "PROFILE_STAMPS"
"""Names the file that the support client writes its stamps into."""

CLIENT = "benchmarks.screen.profile.client"
"""The module to run instead of `client`; importing it needs a display."""
