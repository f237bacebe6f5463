from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest

from onepizza.accounts.mails import (
    render_company_joined,
    render_password_changed,
    render_password_reset,
    render_welcome,
)
from onepizza.core.mail import MailMessage

APP_URL = "https://meet.example.com/pizza"
TO = "you@example.com"
HOSTILE = '<img src=x onerror="alert(1)">\r\nBcc: all@example.com\u202e & Söhne'
SHOWN = '<img src=x onerror="alert(1)"> Bcc: all@example.com & Söhne'


class _Reader(HTMLParser):
    """Collects what a mail program would show and load."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.words: list[str] = []
        self._is_hidden = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self._is_hidden = tag in ("style", "title")
        self.links += [value or "" for name, value in attrs if name in ("href", "src", "background", "action")]
        assert not [name for name, _ in attrs if name.startswith("on")]

    def handle_data(self, data: str) -> None:
        if not self._is_hidden:
            self.words.append(data)

    def handle_endtag(self, tag: str) -> None:
        self._is_hidden = False


def _read(message: MailMessage) -> _Reader:
    reader = _Reader()
    reader.feed(message.html)
    return reader


ALL: list[Callable[[], MailMessage]] = [
    lambda: render_welcome(APP_URL, TO),
    lambda: render_password_reset(APP_URL, TO, "t0k-_en"),
    lambda: render_password_changed(APP_URL, TO, datetime(2026, 3, 1, 12, 5, tzinfo=UTC)),
    lambda: render_company_joined(APP_URL, TO, HOSTILE),
]


class TestEveryLetter:
    @pytest.mark.parametrize("render", ALL)
    def test_links_lead_only_to_the_application(self, render: Callable[[], MailMessage]) -> None:
        message = render()
        links = _read(message).links + re.findall(r"https?://\S+", message.text)
        assert len(links) >= 4
        assert [link for link in links if link != APP_URL and not link.startswith(APP_URL + "/")] == []

    @pytest.mark.parametrize("render", ALL)
    def test_nothing_is_loaded_or_run(self, render: Callable[[], MailMessage]) -> None:
        assert _read(render()).tags.isdisjoint({"img", "script", "link", "iframe", "form", "object", "svg"})

    @pytest.mark.parametrize("render", ALL)
    def test_text_and_html_say_the_same(self, render: Callable[[], MailMessage]) -> None:
        message = render()
        shown = " ".join(" ".join(_read(message).words).split())
        for paragraph in message.text.split("\n\n"):
            sentence = " ".join(paragraph.partition(":\nhttp")[0].split())
            if not sentence.startswith("--"):
                assert sentence in shown

    @pytest.mark.parametrize("render", ALL)
    def test_it_knows_dark_mode(self, render: Callable[[], MailMessage]) -> None:
        assert "prefers-color-scheme: dark" in render().html


class TestRenderPasswordReset:
    def test_the_token_stands_behind_the_hash_and_cannot_leave_it(self) -> None:
        message = render_password_reset("https://meet.example.com/", TO, 'a b&c#d"<')
        link = "https://meet.example.com/reset-password#token=a%20b%26c%23d%22%3C"
        assert link in message.text
        assert link in _read(message).links
        assert "for 60 minutes" in message.text


class TestRenderPasswordChanged:
    def test_the_time_is_said_in_utc(self) -> None:
        moment = datetime.fromisoformat("2026-03-01T13:05:00+01:00")
        assert "on 01 March 2026 at 12:05 UTC" in render_password_changed(APP_URL, TO, moment).text


class TestRenderCompanyJoined:
    def test_a_hostile_name_is_one_line_of_text(self) -> None:
        message = render_company_joined(APP_URL, TO, HOSTILE)
        assert message.subject == f"You joined {SHOWN} on onepizza"
        assert f"You joined {SHOWN}" in message.text
        reader = _read(message)
        assert f"You joined {SHOWN}" in reader.words
        assert "img" not in reader.tags
