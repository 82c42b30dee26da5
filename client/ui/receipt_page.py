"""The end user's receipt as a page to read and print: one HTML file that loads and runs nothing.

Every text in it is somebody else's: each is escaped, and isolated from the direction of the others.
"""

from collections.abc import Iterable
from html import escape
from typing import Final

from broker.protocol.receipts import SavedReceipt
from client.situation import Request
from client.translation import language_in_use, tr
from client.ui import receipt_words

_STYLE: Final = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem;"
    "color:#1a1a1a;background:#fff}h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:2rem}"
    "table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;"
    "padding:.3rem .6rem .3rem 0;border-bottom:1px solid #ddd;overflow-wrap:anywhere}"
    "th{font-weight:600;width:12rem}.files th{width:auto}code{font-size:.85rem}"
)


def receipt_page(saved: SavedReceipt, request: Request | None) -> str:
    """Write the page, in the language that the end user reads."""
    receipt = saved.receipt
    title = tr("Receipt of a remote support session")
    first, last = receipt.steps[0].at, receipt.steps[-1].at
    heads = (
        (tr("Ticket"), receipt.ticket_id),
        (tr("Support service"), receipt.organisation),
        (tr("Technicians"), receipt_words.technicians(receipt)),
        (tr("Your computer"), receipt.machine or ""),
        (tr("Began"), receipt_words.moment(first)),
        (tr("Ended"), receipt_words.moment(last)),
        (tr("How it ended"), receipt_words.end(receipt, request)),
        (tr("You allowed"), receipt_words.granted(receipt)),
    )
    steps = [(receipt_words.moment(one.at), receipt_words.step(one)) for one in receipt.steps]
    parts = [
        f"<h1>{_text(title)}</h1>",
        _rows(heads),
        *_files(saved),
        f"<h2>{_text(tr('What happened'))}</h2>",
        _rows(steps),
        *_left_out(receipt.left_out),
        f"<h2>{_text(tr('Proof'))}</h2>",
        f"<p>{_text(_explanation())}</p>",
        _rows(_proof(saved)),
    ]
    return (
        f'<!doctype html>\n<html lang="{language_in_use()}">\n<head>\n<meta charset="utf-8">\n'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        + "\n".join(parts)
        + "\n</body>\n</html>\n"
    )


def _explanation() -> str:
    return tr(
        "The support service signed its audit log up to the end of this session, and this computer "
        "countersigned that. Whoever runs the service can check the file of the same name "
        "that ends in .json with “handrail-broker audit verify --receipt”."
    )


def _proof(saved: SavedReceipt) -> Iterable[tuple[str, str]]:
    log, word = saved.receipt.log, saved.countersigned
    return (
        (tr("Session"), saved.receipt.session_id),
        (tr("Record of the log"), str(log.records)),
        (tr("Its hash"), log.hash),
        (tr("Signed by the service"), f"{log.signed_at} {log.signature}"),
        (tr("Signed here"), f"{word.signed_at} {word.signature}"),
    )


def _files(saved: SavedReceipt) -> list[str]:
    passed = [one.details for one in saved.receipt.steps if one.action == "session.file"]
    if not passed:
        return []
    names = (tr("Which way"), tr("File"), tr("Size"), tr("Outcome"), "SHA-256")
    head = "".join(f"<th>{_text(name)}</th>" for name in names)
    rows = "".join(
        "<tr>"
        + "".join(f"<td>{_text(cell)}</td>" for cell in receipt_words.file_line(one))
        + "</tr>"
        for one in passed
    )
    return [
        f"<h2>{_text(tr('Files'))}</h2>",
        f'<table class="files"><tr>{head}</tr>{rows}</table>',
    ]


def _left_out(count: int) -> list[str]:
    if not count:
        return []
    text = tr("{count} more steps in between are on the log.").format(count=count)
    return [f"<p>{_text(text)}</p>"]


def _rows(pairs: Iterable[tuple[str, str]]) -> str:
    rows = (f"<tr><th>{_text(name)}</th><td>{_text(value)}</td></tr>" for name, value in pairs)
    return f"<table>{''.join(rows)}</table>"


def _text(value: str) -> str:
    return f"<bdi>{escape(value)}</bdi>"
