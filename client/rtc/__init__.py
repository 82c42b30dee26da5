"""The peer connection to the console. The only importers of aiortc and av."""
