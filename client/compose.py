"""The composition root: the only module that names concrete platforms and wires the parts."""

import importlib
import os
import sys
from collections.abc import Mapping
from typing import Final, cast

from client import instance, memory
from client.config import Config, describe_system
from client.errors import AlreadyRunning, PlatformUnavailable
from client.observer import Observer
from client.platform.interface import Platform
from client.rtc import upstream
from client.service import Service
from client.sharing import can_share
from client.signaling import Deliver, Signaling

PLATFORMS: Final = ("x11", "wayland", "windows", "macos", "headless")


def choose_platform(system: str, environ: Mapping[str, str], forced: str = "") -> str:
    """Name the platform module for `sys.platform` and these environment variables."""
    if forced:
        return forced
    if system == "win32":
        return "windows"
    if system == "darwin":
        return "macos"
    if environ.get("WAYLAND_DISPLAY") or environ.get("XDG_SESSION_TYPE") == "wayland":
        return "wayland"
    return "x11" if environ.get("DISPLAY") else "headless"


def open_platform(config: Config) -> Platform:
    """Import and open the platform at hand. Raises PlatformUnavailable with a text for the user."""
    name = choose_platform(sys.platform, os.environ, config.platform)
    if name not in PLATFORMS:
        raise PlatformUnavailable(f"Unknown platform {name!r}: use one of {', '.join(PLATFORMS)}.")
    platform = cast(Platform, importlib.import_module(f"client.platform.{name}").open_platform())
    can_share(platform)
    return platform


def build_service(config: Config, platform: Platform, observer: Observer) -> Service:
    """Wire the engine. Raises ValueError when the broker's address is none."""
    upstream.install()
    system = describe_system()

    def make_signaling(deliver: Deliver) -> Signaling:
        return Signaling(config.broker_url, system, deliver)

    return Service(config, platform, observer, make_signaling)


def run(config: Config) -> int:
    """Run the client with its windows; the result is the exit code.

    Raises PlatformUnavailable, before anything is shown, when this desktop cannot be shared, and
    AlreadyRunning, when that was shown, if another support client runs on it.
    """
    platform = open_platform(config)
    try:
        from client.ui.application import run_windows, tell_already_running
    except ImportError as error:
        raise PlatformUnavailable(
            f"The window toolkit is missing ({error}). Install it with: "
            "pip install 'handrail[client]'"
        ) from error
    try:
        held = instance.hold(instance.user_folder(os.environ), instance.desktop_name(os.environ))
    except AlreadyRunning:
        tell_already_running()
        raise
    with held:
        memory.keep()
        return run_windows(config, lambda observer: build_service(config, platform, observer))
