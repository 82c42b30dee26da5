"""How the organisation is shown: admins change it, everybody sees it, and nothing slips in."""

import base64
from typing import Any

import pytest

from tests.broker.test_png import DATA, END, SIGNATURE, chunk, head
from tests.broker.web.conftest import Broker, Person

PNG = SIGNATURE + head() + chunk(b"tEXt", b"Comment\0hidden") + DATA + END
OURS = {
    "name": "Example Help",
    "colour": "#7a1fa2",
    "welcome": {"en": "We never ask for passwords.", "fr": ""},
    "languages": ["fr"],
    "version": 0,
}


async def put(person: Person, path: str, body: Any) -> tuple[int, dict[str, Any]]:
    headers = {"Origin": person.origin}
    response = await person.http.put(f"/api/v1/branding{path}", json=body, headers=headers)
    return response.status, await response.json()


async def test_what_an_admin_sets_is_seen_everywhere_and_on_the_log(broker: Broker) -> None:
    ada, tess, guest = (
        await broker.technician("ada@example.org"),
        await broker.technician("tess@example.org"),
        await broker.new_person(),
    )
    before = await (await guest.get("/api/v1/branding")).json()
    assert (before["name"], before["colour"], before["logo"], before["version"]) == (
        "",
        None,
        None,
        0,
    )
    assert await (await guest.get("/branding/colours.css")).text() == ""
    assert (await guest.get("/branding/logo.png")).status == 404
    assert (await put(ada, "", OURS))[0] == 200
    encoded = base64.b64encode(PNG).decode()
    status, after = await put(ada, "/logo", {"png": encoded})
    assert (status, after["version"]) == (200, 2)
    logo = await guest.get("/branding/logo.png")
    assert logo.headers["Content-Type"] == "image/png"
    picture = await logo.read()
    assert b"hidden" not in picture
    colours = await guest.get("/branding/colours.css")
    assert colours.headers["Content-Type"].startswith("text/css")
    assert "--accent:#7a1fa2" in await colours.text()
    issued = await tess.create_session()
    client = await guest.join(issued["code"])
    joined = await client.receive("session.joined")
    assert joined["branding"] == {
        **{name: OURS[name] for name in ("name", "colour", "welcome")},
        "logo": base64.b64encode(picture).decode(),
    }
    records = await broker.core.audit_log.newest(limit=50)
    said = [one.event.details for one in records if one.event.action == "branding.changed"]
    assert [one["branding_changed"] for one in said] == [
        ("name", "colour", "welcome", "languages"),
        ("logo",),
    ]
    assert (await put(ada, "/logo", {"png": None}))[1]["logo"] is None


@pytest.mark.parametrize(
    ("change", "detail"),
    [
        ({"colour": "#ffff00"}, "contrast"),
        ({"colour": "red"}, "colour"),
        ({"colour": "#7a1fa2}body{display:none"}, "colour"),
        ({"name": "x" * 41}, "name"),
        ({"name": "\u200b"}, "has to be seen"),
        ({"name": "Hand\u200brail"}, "has to be seen"),
        ({"name": "\u200d"}, "has to be seen"),
        ({"name": "\u3164"}, "has to be seen"),
        ({"name": "  "}, "has to be seen"),
        ({"welcome": {"en": "a\nb", "fr": ""}}, "welcome"),
        ({"welcome": {"en": "\u202egnp", "fr": ""}}, "welcome"),
        ({"languages": []}, "languages"),
        ({"version": 7}, "meanwhile"),
    ],
)
async def test_what_could_mislead_or_cannot_be_read_is_refused(
    broker: Broker, change: dict[str, Any], detail: str
) -> None:
    ada = await broker.technician("ada@example.org")
    status, problem = await put(ada, "", OURS | change)
    assert status in (400, 409, 422)
    assert detail in problem["detail"] or status == 409


async def test_a_name_may_hold_joiners_between_what_is_seen(broker: Broker) -> None:
    ada = await broker.technician("ada@example.org")
    status, said = await put(ada, "", OURS | {"name": "می\u200cخواهم"})
    assert (status, said["name"]) == (200, "می\u200cخواهم")


async def test_only_a_plain_picture_is_a_logo_and_only_admins_choose(broker: Broker) -> None:
    ada = await broker.technician("ada@example.org")
    svg = base64.b64encode(b"<svg onload=alert(1)>").decode()
    status, problem = await put(ada, "/logo", {"png": svg})
    assert (status, "save the picture as PNG" in problem["detail"]) == (400, True)
    noise = SIGNATURE + head(512, 512) + chunk(b"IDAT", b"x" * 33_000) + END
    assert (await put(ada, "/logo", {"png": base64.b64encode(noise).decode()}))[0] == 400
    tess = await broker.technician("tess@example.org")
    assert (await put(tess, "", OURS))[0] == 403
