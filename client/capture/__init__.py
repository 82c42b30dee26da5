"""From a desktop to pictures worth sending: numpy frames, no WebRTC."""
