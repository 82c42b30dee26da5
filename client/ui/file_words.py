"""What the end user reads about files: sizes, progress and problems in plain words."""

from typing import Final

from PySide6.QtCore import QLocale

from broker.protocol.files import (
    MAX_ITEMS,
    FileDirection,
    FileItem,
    FileOffer,
    FileProblem,
    FileRoad,
)
from broker.protocol.relay import RelayRefusal
from client.files.desk import FilesView
from client.files.names import is_risky, safe_name
from client.files.transfer import Stage, TransferView
from client.translation import tr

_MEBIBYTE: Final = 1024 * 1024
_MINUTE: Final = 60
_HOUR: Final = 3600


def size(count: int) -> str:
    """Give bytes as people read them, in the units and with the decimals of the console."""
    if count == 1:
        return tr("1 byte")
    decimals = 1 if count >= _MEBIBYTE else 0
    traditional = QLocale.DataSizeFormat.DataSizeTraditionalFormat
    return QLocale().formattedDataSize(count, decimals, traditional)


def contents(offer: FileOffer) -> str:
    """Count what is in a transfer."""
    files = tr("1 file") if offer.files == 1 else tr("{count} files").format(count=offer.files)
    return f"{files} · {size(offer.size_bytes)}"


def item(one: FileItem) -> str:
    """Name one thing of an offer, as it will be called here."""
    name = safe_name(one.name)
    if not one.folder:
        return f"{name} · {size(one.size_bytes)}"
    files = tr("1 file") if one.files == 1 else tr("{count} files").format(count=one.files)
    return tr("{name} (folder, {files}) · {size}").format(
        name=name, files=files, size=size(one.size_bytes)
    )


def items(offer: FileOffer) -> tuple[str, ...]:
    """Name the things of an offer, and say if there are more than it names."""
    named = tuple(item(one) for one in offer.items)
    return (*named, tr("and many more")) if len(named) == MAX_ITEMS else named


def is_risky_offer(offer: FileOffer) -> bool:
    """Whether something in it may run when it is opened: what is not named may, too."""
    unnamed = len(offer.items) == MAX_ITEMS
    return unnamed or any(one.folder or is_risky(safe_name(one.name)) for one in offer.items)


def title(view: TransferView) -> str:
    """Name a transfer by its first thing."""
    first, others = safe_name(view.offer.items[0].name), len(view.offer.items) - 1
    if others == 0:
        return first
    return tr("{name} and {count} more").format(name=first, count=others)


def state(view: TransferView) -> str:
    """Say where a transfer is."""
    match view.stage:
        case Stage.OFFERED:
            asks_you = view.direction is FileDirection.SEND
            return tr("Waits for your answer") if asks_you else tr("Waits for the technician")
        case Stage.ENDED:
            return problem(view.problem or FileProblem.CANCELLED)
        case Stage.OVER:
            return _over(view)
        case _:
            return _under_way(view)


def road(view: TransferView, no_relay: RelayRefusal | None) -> str:
    """Say which way it goes now, and why not the other; nothing while nothing goes."""
    rests = view.held or view.paused_here or view.paused_there
    if view.stage is not Stage.RUNNING or rests or view.speed <= 0:
        return ""
    if view.road is FileRoad.RELAY:
        return tr("Through the server, encrypted end to end.")
    straight = tr("Straight to the other computer.")
    sends = view.direction is FileDirection.RECEIVE
    return f"{straight} {_no_relay(no_relay)}" if sends and no_relay else straight


def limit(view: FilesView) -> str:
    """Say how large a file may be, if that is limited."""
    most = view.max_file_bytes
    return "" if most is None else tr("A file may have {size} at most.").format(size=size(most))


def _no_relay(reason: RelayRefusal) -> str:
    return {
        RelayRefusal.FORBIDDEN: tr("Files do not go through this server."),
        RelayRefusal.NOT_GRANTED: tr("You do not allow the way through the server."),
        RelayRefusal.QUOTA: tr("This session has used up what may go through the server."),
        RelayRefusal.BUSY: tr("The server has no room for files now."),
        RelayRefusal.PEER_ABSENT: tr("The technician is not connected to the server."),
        RelayRefusal.INSECURE: tr("The technician's page came without HTTPS."),
    }[reason]


def problem(found: FileProblem) -> str:
    """Say what went wrong, and what to do."""
    return {
        FileProblem.NOT_GRANTED: tr("Stopped: you do not allow it any more."),
        FileProblem.PAUSED: tr("The session is paused. Resume it, then try again."),
        FileProblem.DECLINED: tr("Declined."),
        FileProblem.TIMED_OUT: tr("Nobody answered."),
        FileProblem.CANCELLED: tr("Cancelled."),
        FileProblem.TOO_LARGE: tr("It is larger than what was agreed to."),
        FileProblem.OVER_LIMIT: tr("A file is larger than is allowed here."),
        FileProblem.TOO_MANY: tr("There are too many at a time. Try again with fewer."),
        FileProblem.DISK_FULL: tr(
            "There is not enough free space. Free some, or take another folder when it comes again."
        ),
        FileProblem.NOT_WRITABLE: tr(
            "This folder cannot be written to. Take another one when it comes again."
        ),
        FileProblem.NOT_READABLE: tr("It cannot be read, or is no longer there."),
        FileProblem.CHANGED: tr("It was changed meanwhile. Send it again."),
        FileProblem.DAMAGED: tr("It did not arrive as it was sent. Send it again."),
        FileProblem.UNAVAILABLE: tr("The technician's browser cannot keep files."),
    }[found]


def place_problem(found: FileProblem) -> str:
    """Say why files cannot go into a folder, before anything is on its way."""
    if found is FileProblem.DISK_FULL:
        return tr("There is not enough free space here. Choose another folder, or free some.")
    return tr("This folder cannot be written to. Choose another one.")


def _over(view: TransferView) -> str:
    if view.failures:
        return tr("{done} done, {failed} not").format(done=view.done, failed=view.failures)
    return tr("Done")


def _under_way(view: TransferView) -> str:
    amount = tr("{done} of {size}").format(
        done=size(view.done_bytes), size=size(view.offer.size_bytes)
    )
    if view.held:
        return f"{amount} · {tr('the session is paused')}"
    if view.paused_here or view.paused_there:
        return f"{amount} · {tr('paused')}"
    if view.speed <= 0:
        return f"{amount} · {tr('waits')}" if view.stage is Stage.WAITING else amount
    speed = tr("{size} a second").format(size=size(int(view.speed)))
    left = "" if view.left_s is None else f" · {_time_left(view.left_s)}"
    return f"{amount} · {speed}{left}"


def _time_left(seconds: float) -> str:
    if seconds < _MINUTE:
        return tr("{seconds} s left").format(seconds=max(1, round(seconds)))
    if seconds < _HOUR:
        return tr("{minutes} min left").format(minutes=round(seconds / _MINUTE))
    hours, rest = divmod(round(seconds / _MINUTE), _MINUTE)
    return tr("{hours} h {minutes} min left").format(hours=hours, minutes=rest)
