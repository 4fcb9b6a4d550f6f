"""Ports for listeners that must be known before they are opened."""

import random
import socket

#: Below the range from which systems take ports for outgoing connections, so that nobody takes one in between.
LOWEST, HIGHEST = 20_000, 32_000


def free_port() -> int:
    """Return a port of the loopback interface that nobody uses."""
    # Property tests fix the common generator: sessions side by side would all be handed the same ports.
    for port in random.SystemRandom().sample(range(LOWEST, HIGHEST), 200):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise RuntimeError(f"no free port from {LOWEST} to {HIGHEST}")
