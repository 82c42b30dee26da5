"""The command line of the support client: `handrail-client [CODE] [--broker URL] …`."""

import logging
import sys

import click
import structlog

from broker.protocol.vocabulary import Capability
from client import check, compose, hot_key
from client.config import Config, Environment, client_version
from client.errors import AlreadyRunning, PlatformUnavailable
from client.signaling import check_privacy
from client.translation import LANGUAGES, system_language, use_language

EXIT_UNAVAILABLE = 2
LEVELS = ("debug", "info", "warning", "error")


class Capabilities(click.ParamType[frozenset[Capability]]):
    """A comma-separated list of capabilities, like `view,control`."""

    name = "capabilities"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> frozenset[Capability]:
        """Read the list, or say which word is wrong."""
        if isinstance(value, frozenset):
            return value
        words = [word.strip() for word in str(value).split(",") if word.strip()]
        try:
            return frozenset(Capability(word) for word in words)
        except ValueError:
            known = ", ".join(Capability)
            self.fail(f"{value!r} is not a list of: {known}", param, ctx)


def configure_logging(level: str) -> None:
    """Log to stderr, structured, without the values of variables in tracebacks."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.dev.ConsoleRenderer(
                colors=False, exception_formatter=structlog.dev.plain_traceback
            ),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("code", nargs=-1)
@click.option("--broker", "broker_url", metavar="URL", help="Address of the broker.")
@click.option(
    "--grant",
    type=Capabilities(),
    default=frozenset(),
    help="Allow these without asking, e.g. view,control, once there are digits to compare, "
    "which are printed. For tests and demonstrations only.",
)
@click.option(
    "--check", "only_check", is_flag=True, help="Try the connection, say what works, and end."
)
@click.option("--language", type=click.Choice(LANGUAGES), help="Language of the windows.")
@click.option("--log-level", type=click.Choice(LEVELS), default="info", show_default=True)
@click.version_option(client_version(), prog_name="handrail-client")
def main(
    *,
    code: tuple[str, ...],
    broker_url: str | None,
    grant: frozenset[Capability],
    only_check: bool,
    language: str | None,
    log_level: str,
) -> None:
    """Let a technician help you on this computer.

    CODE is the join code the technician tells you; without it a window asks for it.
    """
    configure_logging(log_level)
    environment = Environment()
    chosen = language or environment.language or system_language()
    use_language(chosen)
    try:
        config = Config(
            broker_url or environment.broker,
            " ".join(code),
            grant,
            chosen,
            environment.platform,
            hot_key.parse(environment.client_hot_key),
            environment.client_local_hold_s,
        )
        if not environment.allow_insecure_http:
            check_privacy(config.broker_url)
        if only_check:
            sys.exit(check.check(config.broker_url, click.echo))
        sys.exit(compose.run(config))
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    except (AlreadyRunning, PlatformUnavailable) as error:
        click.echo(f"handrail-client: {error}", err=True)
        sys.exit(EXIT_UNAVAILABLE)
