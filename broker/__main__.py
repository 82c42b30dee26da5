"""`python -m broker` is `handrail-broker`."""

from broker.cli import main

if __name__ == "__main__":
    main()
