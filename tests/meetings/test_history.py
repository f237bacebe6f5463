from __future__ import annotations

import csv
import io

from onepizza.rooms.commands import Leave
from tests.support.rest import Account, Rest, body, error

PATH = "/api/meetings/history"
NOT_FOUND = error("meeting_not_found", "Meeting not found")


async def held(rest: Rest, owner: Account, title: str, *, people: int = 1, minutes: float = 30) -> str:
    """Hold a meeting from now on and end it; return its id."""
    meeting_id, admin_token = await rest.meeting(owner, title=title)
    for number in range(people):
        await rest.join(meeting_id, f"{meeting_id}-{number}", f"p{number}", f"Person {number}")
    rest.clock.advance(minutes * 60)
    await rest.http.delete(f"/api/meetings/{meeting_id}", headers=owner.host(admin_token))
    return meeting_id


class TestHistory:
    async def test_shows_what_a_meeting_was_and_cost(self, rest: Rest) -> None:
        you = await rest.register()
        meeting_id = await held(rest, you, "Team Standup", people=4)
        answer = await rest.http.get(PATH, headers=you.key)
        assert answer.status_code == 200
        [line] = answer.json()["meetings"]
        assert isinstance(line.pop("id"), int)
        assert line == {
            "meeting_id": meeting_id,
            "title": "Team Standup",
            "started_at": "2027-01-15T08:00:00Z",
            "ended_at": "2027-01-15T08:30:00Z",
            "duration_minutes": "30.00",
            "peak_participants": 4,
            "cost_usd": "0.4800",
        }
        assert answer.json()["nextCursor"] is None
        assert answer.headers["cache-control"] == "no-store"

    async def test_anonymous_is_refused(self, rest: Rest) -> None:
        assert (await rest.http.get(PATH)).status_code == 401

    async def test_the_session_of_the_dashboard_sees_the_same(self, rest: Rest) -> None:
        you = await rest.register()
        await held(rest, you, "One")
        by_key = await rest.http.get(PATH, headers=you.key)
        by_session = await rest.http.get(PATH, headers=you.session)
        assert by_session.json() == by_key.json()
        assert len(by_key.json()["meetings"]) == 1

    async def test_others_see_nothing_of_it(self, rest: Rest) -> None:
        you, other = await rest.register(), await rest.register("other@example.com")
        await held(rest, you, "Mine")
        assert (await rest.http.get(PATH, headers=other.key)).json() == {"meetings": [], "nextCursor": None}

    async def test_is_paged_newest_first(self, rest: Rest) -> None:
        you = await rest.register()
        ids = [await held(rest, you, f"Number {number}", minutes=1) for number in range(5)]
        seen: list[str] = []
        cursor: str | None = None
        while True:
            query = {"limit": "2"} | ({"cursor": cursor} if cursor else {})
            page = (await rest.http.get(PATH, params=query, headers=you.key)).json()
            assert len(page["meetings"]) <= 2
            seen += [line["meeting_id"] for line in page["meetings"]]
            cursor = page["nextCursor"]
            if cursor is None:
                break
        assert seen == ids[::-1]

    async def test_a_bad_cursor_or_limit_is_refused(self, rest: Rest) -> None:
        you = await rest.register()
        for query in ({"cursor": "nonsense"}, {"limit": "0"}, {"limit": "101"}, {"limit": "x"}):
            assert (await rest.http.get(PATH, params=query, headers=you.key)).status_code == 400

    async def test_a_member_sees_the_companys_until_it_leaves(self, rest: Rest) -> None:
        owner = await rest.register("owner@example.com", company_name="Acme")
        member = await rest.register("member@example.com")
        own = await held(rest, member, "Before", minutes=1)
        joined = await rest.http.post(
            "/api/company/join", json={"inviteCode": owner.invite_code}, headers=member.session
        )
        assert joined.status_code == 200, joined.text
        of_owner = await held(rest, owner, "Owner's", minutes=1)
        of_member = await held(rest, member, "Member's", minutes=1)

        async def seen(account: Account) -> list[str]:
            listed = await rest.http.get(PATH, headers=account.key)
            return [line["meeting_id"] for line in listed.json()["meetings"]]

        assert await seen(member) == [of_member, of_owner, own]
        assert await seen(owner) == [of_member, of_owner]
        left = await rest.http.post("/api/company/leave", headers=member.session)
        assert left.status_code == 200, left.text
        assert await seen(member) == [own]


class TestAttendance:
    async def test_lists_every_stay_while_it_runs_and_after(self, rest: Rest) -> None:
        you = await rest.register()
        meeting_id, admin_token = await rest.meeting(you)
        path = f"/api/meetings/{meeting_id}/attendance"
        assert (await rest.http.get(path, headers=you.key)).json() == {"attendance": [], "nextCursor": None}
        await rest.join(meeting_id, "c1", "p1", "Alice")
        rest.clock.advance(10)
        await rest.join(meeting_id, "c2", "p2", "Bob")
        rest.clock.advance(5)
        await rest.directory.call(meeting_id, Leave("c1"))
        rest.clock.advance(5)
        start = 1_800_000_000_000
        alice = {"participantId": "p1", "name": "Alice", "isAdmin": False, "joinedAt": start, "leftAt": start + 15_000}
        bob = {"participantId": "p2", "name": "Bob", "isAdmin": False, "joinedAt": start + 10_000, "leftAt": None}
        running = (await rest.http.get(path, headers=you.key)).json()
        assert running == {"attendance": [alice | {"seconds": 15}, bob | {"seconds": 10}], "nextCursor": None}
        rest.clock.advance(100)
        await rest.http.delete(f"/api/meetings/{meeting_id}", headers=you.host(admin_token))
        rest.clock.advance(100)
        over = (await rest.http.get(path, headers=you.key)).json()["attendance"]
        assert over == [alice | {"seconds": 15}, bob | {"leftAt": start + 120_000, "seconds": 110}]

    async def test_is_paged(self, rest: Rest) -> None:
        you = await rest.register()
        meeting_id = await held(rest, you, "Many", people=3)
        path = f"/api/meetings/{meeting_id}/attendance"
        first = (await rest.http.get(path, params={"limit": "2"}, headers=you.key)).json()
        second = (await rest.http.get(path, params={"cursor": first["nextCursor"]}, headers=you.key)).json()
        names = [line["participantId"] for line in first["attendance"] + second["attendance"]]
        assert (names, second["nextCursor"]) == (["p0", "p1", "p2"], None)

    async def test_as_csv_is_harmless_in_a_spreadsheet(self, rest: Rest) -> None:
        you = await rest.register()
        meeting_id, admin_token = await rest.meeting(you)
        names = ["=HYPERLINK(1)", '+1, "quoted"', "@cmd", "-2", " =spaced", "Zoë"]
        for number, name in enumerate(names):
            await rest.join(meeting_id, f"c{number}", f"p{number}", name)
        rest.clock.advance(1.5)
        await rest.http.delete(f"/api/meetings/{meeting_id}", headers=you.host(admin_token))
        answer = await rest.http.get(f"/api/meetings/{meeting_id}/attendance?format=csv", headers=you.key)
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        assert answer.headers["content-disposition"] == f'attachment; filename="attendance-{meeting_id}.csv"'
        rows = list(csv.reader(io.StringIO(answer.text, newline="")))
        assert rows[0] == ["participantId", "name", "isAdmin", "joinedAt", "leftAt", "seconds"]
        assert [row[1] for row in rows[1:]] == [f"'{name}" if name != "Zoë" else name for name in names]
        assert rows[1][2:] == ["false", "2027-01-15T08:00:00.000Z", "2027-01-15T08:00:01.500Z", "1"]

    async def test_refuses_strangers_and_bad_parameters(self, rest: Rest) -> None:
        you, other = await rest.register(), await rest.register("other@example.com")
        meeting_id, _ = await rest.meeting(you)
        guest_id, _ = await rest.guest_meeting()
        path = f"/api/meetings/{meeting_id}/attendance"
        assert (await rest.http.get(path)).status_code == 401
        for strange in (path, f"/api/meetings/{guest_id}/attendance", "/api/meetings/abc-defg-hij/attendance"):
            answer = await rest.http.get(strange, headers=other.key)
            assert (answer.status_code, body(answer)) == (404, NOT_FOUND)
        for query in ({"format": "xml"}, {"cursor": "?"}, {"limit": "0"}):
            assert (await rest.http.get(path, params=query, headers=you.key)).status_code == 400


def unfolded(text: str) -> list[str]:
    assert text.endswith("\r\n")
    lines = text.removesuffix("\r\n").split("\r\n")
    assert all(len(line.encode()) <= 75 for line in lines)
    return "\r\n".join(lines).replace("\r\n ", "").split("\r\n")


class TestCalendar:
    async def test_holds_the_meeting_with_a_stable_id(self, rest: Rest) -> None:
        you = await rest.register()
        meeting_id, admin_token = await rest.meeting(you, title="Weekly", scheduledAt="2027-04-01T16:00:00+02:00")
        path = f"/api/meetings/{meeting_id}/calendar.ics"
        answer = await rest.http.get(path, headers=you.key)
        assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
        link = f"http://localhost:3000/join/{meeting_id}"
        assert unfolded(answer.text) == [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//onepizza//Meetings//EN",
            "CALSCALE:GREGORIAN",
            "METHOD:PUBLISH",
            "BEGIN:VEVENT",
            f"UID:{meeting_id}@onepizza",
            "DTSTAMP:20270115T080000Z",
            "CREATED:20270115T080000Z",
            "DTSTART:20270401T140000Z",
            "DURATION:PT1H",
            "SEQUENCE:0",
            "STATUS:CONFIRMED",
            "SUMMARY:Weekly",
            f"LOCATION:{link}",
            f"DESCRIPTION:Join the meeting: {link}",
            f"URL:{link}",
            "END:VEVENT",
            "END:VCALENDAR",
        ]
        settings = f"/api/meetings/{meeting_id}/settings"
        await rest.http.patch(settings, json={"title": "Weekly", "locked": True}, headers=you.host(admin_token))
        assert "SEQUENCE:0" in (await rest.http.get(path, headers=you.key)).text
        await rest.http.patch(settings, json={"title": "Fortnightly"}, headers=you.host(admin_token))
        renamed = unfolded((await rest.http.get(path, headers=you.key)).text)
        assert {"SEQUENCE:1", "SUMMARY:Fortnightly", f"UID:{meeting_id}@onepizza"} <= set(renamed)
        await rest.http.delete(f"/api/meetings/{meeting_id}", headers=you.host(admin_token))
        cancelled = unfolded((await rest.http.get(path, headers=you.key)).text)
        assert {"SEQUENCE:2", "STATUS:CANCELLED"} <= set(cancelled)

    async def test_escapes_and_folds_any_title(self, rest: Rest) -> None:
        you = await rest.register()
        title = "a;b,c\\d " + "Zoë 🍕 " * 25
        meeting_id, _ = await rest.meeting(you, title=title)
        lines = unfolded((await rest.http.get(f"/api/meetings/{meeting_id}/calendar.ics", headers=you.key)).text)
        assert f"SUMMARY:a\\;b\\,c\\\\d {('Zoë 🍕 ' * 25).strip()}" in lines

    async def test_refuses_strangers(self, rest: Rest) -> None:
        you, other = await rest.register(), await rest.register("other@example.com")
        meeting_id, _ = await rest.meeting(you)
        path = f"/api/meetings/{meeting_id}/calendar.ics"
        assert (await rest.http.get(path)).status_code == 401
        answer = await rest.http.get(path, headers=other.key)
        assert (answer.status_code, body(answer)) == (404, NOT_FOUND)
