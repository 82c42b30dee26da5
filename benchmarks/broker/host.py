"""The broker as it is, but for the pace of its sockets, which would be measured instead of it."""

import resource

from broker import compose
from broker.config import load_config
from broker.web import sockets


def main() -> None:
    """Run it until it is told to stop."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    sockets.BURST, sockets.SUSTAINED_PER_S = 10**9, 1e9
    compose.run(load_config())


if __name__ == "__main__":
    main()
