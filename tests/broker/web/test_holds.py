"""Legal holds over HTTP: an admin's, on record, and nobody else's."""

from tests.broker.web.conftest import Broker


async def test_an_admin_holds_and_releases_a_session(broker: Broker) -> None:
    tess, ada = (
        await broker.technician("tess@example.org"),
        await broker.technician("ada@example.org"),
    )
    session_id = (await tess.create_session())["session_id"]
    path, why = f"/api/v1/sessions/{session_id}/hold", {"reason": "a complaint"}
    headers = {"Origin": ada.origin}
    assert (await tess.http.put(path, json=why, headers=headers)).status == 403
    assert (await ada.http.put(path, json={"reason": ""}, headers=headers)).status == 400
    assert (await ada.http.put(path, json=why, headers=headers)).status == 204
    assert (await ada.http.put(path, json=why, headers=headers)).status == 409
    assert (await ada.http.delete(path, headers={"Origin": "https://evil.example"})).status == 403
    assert (await ada.http.delete(path, headers=headers)).status == 204
    assert (await ada.http.delete(path, headers=headers)).status == 404
    told = [event for event in await ada.events(session_id) if "hold" in event or "held" in event]
    assert told == ["session.held"]
    assert "session.released" in await ada.events(session_id)
