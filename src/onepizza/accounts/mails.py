"""The words and the look of the mails about an account: pure functions from values to a `MailMessage`.

Every link starts with APP_URL, never with what a request said about itself. A name that somebody chose is made one
visible line and escaped. Colours are the tokens of the web client, inlined because mail programs drop style sheets;
those that know dark mode take the second set.
"""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape
from urllib.parse import quote

import msgspec

from onepizza.core.mail import MailMessage
from onepizza.core.text import visible


class Letter(msgspec.Struct, frozen=True):
    """One mail before it is set: plain text throughout. `action` is the label and the address of the one button."""

    subject: str
    heading: str
    paragraphs: tuple[str, ...]
    action: tuple[str, str] | None = None
    closing: str = ""


def render_welcome(app_url: str, to: str) -> MailMessage:
    """Return the mail that greets a new account."""
    return _set(
        to,
        app_url,
        Letter(
            subject="Welcome to onepizza",
            heading="Your account is ready",
            paragraphs=(
                "You can start meetings from the dashboard or with your API key.",
                "Your key was shown once when you signed up. If you did not keep it, make a new one in the dashboard.",
            ),
            action=("Open the dashboard", _link(app_url, "/dashboard")),
            closing="If you did not create this account, somebody typed your address by mistake. You need do nothing.",
        ),
    )


def render_password_reset(app_url: str, to: str, token: str, valid_minutes: int = 60) -> MailMessage:
    """Return the mail with the link that sets a new password.

    The token stands behind the `#`: browsers keep that part to themselves, so it is in no server log and no Referer.
    """
    return _set(
        to,
        app_url,
        Letter(
            subject="Reset your onepizza password",
            heading="Choose a new password",
            paragraphs=(
                "Somebody, hopefully you, asked to reset the password of this account.",
                f"The link works once, for {valid_minutes} minutes.",
            ),
            action=("Set a new password", _link(app_url, f"/reset-password#token={quote(token, safe='')}")),
            closing="If it was not you, ignore this mail: your password stays as it is.",
        ),
    )


def render_password_changed(app_url: str, to: str, changed_at: datetime) -> MailMessage:
    """Return the mail that tells the owner of a changed password."""
    return _set(
        to,
        app_url,
        Letter(
            subject="Your onepizza password was changed",
            heading="Your password was changed",
            paragraphs=(
                f"This happened on {changed_at.astimezone(UTC):%d %B %Y at %H:%M} UTC.",
                "All other devices were signed out.",
            ),
            action=("That was not me", _link(app_url, "/forgot-password")),
            closing="If it was you, you need do nothing.",
        ),
    )


def render_company_joined(app_url: str, to: str, company_name: str) -> MailMessage:
    """Return the mail to an account that joined a company."""
    name = visible(company_name)
    return _set(
        to,
        app_url,
        Letter(
            subject=f"You joined {name} on onepizza",
            heading=f"You joined {name}",
            paragraphs=(
                "Meetings that you create are now paid from the company's balance.",
                "Your own balance was moved to the company. Your API keys stay yours and keep working.",
            ),
            action=("Open the dashboard", _link(app_url, "/dashboard")),
            closing="If you did not mean to join, you can leave the company in the dashboard.",
        ),
    )


def _link(app_url: str, path: str) -> str:
    return app_url.rstrip("/") + path


def _set(to: str, app_url: str, letter: Letter) -> MailMessage:
    return MailMessage(to, letter.subject, _as_text(letter, app_url), _as_html(letter, app_url))


def _as_text(letter: Letter, app_url: str) -> str:
    parts = [letter.heading, *letter.paragraphs]
    if letter.action is not None:
        parts.append(f"{letter.action[0]}:\n{letter.action[1]}")
    if letter.closing:
        parts.append(letter.closing)
    return "\n\n".join([*parts, f"-- \nonepizza\n{app_url}"]) + "\n"


_FONT = "font-family:Inter,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>{subject}</title>
<style>
:root {{ color-scheme: light dark; }}
@media (prefers-color-scheme: dark) {{
  .paper {{ background: #141110 !important; }}
  .card {{ background: #1f1b19 !important; border-color: #332d2a !important; }}
  .ink {{ color: #f5f0ea !important; }}
  .ink-2 {{ color: #a8a29e !important; }}
}}
</style>
</head>
<body class="paper" style="margin:0;padding:0;background:#fffbf5">
<table role="presentation" class="paper" width="100%" cellpadding="0" cellspacing="0" style="background:#fffbf5">
<tr><td align="center" style="padding:32px 16px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:520px">
<tr><td class="ink" style="padding:0 0 16px;{font};font-size:16px;font-weight:700;color:#1c1917">
<span style="display:inline-block;width:12px;height:12px;border-radius:6px;background:#d9482b"></span>
&nbsp;onepizza</td></tr>
<tr><td class="card" style="background:#ffffff;border:1px solid #e7e0d8;border-radius:12px;padding:32px 24px">
<h1 class="ink" style="margin:0 0 16px;{font};font-size:20px;line-height:28px;color:#1c1917">{heading}</h1>
{body}
</td></tr>
<tr><td class="ink-2" style="padding:16px 0 0;{font};font-size:12px;line-height:18px;color:#57534e">
<a class="ink-2" href="{home}" style="color:#57534e">{home}</a></td></tr>
</table>
</td></tr>
</table>
</body>
</html>
"""
_PARAGRAPH = '<p class="ink" style="margin:0 0 16px;{font};font-size:16px;line-height:24px;color:#1c1917">{text}</p>'
_BUTTON = (
    '<p style="margin:8px 0 24px"><a href="{url}" style="display:inline-block;padding:12px 24px;border-radius:8px;'
    'background:#cd4226;color:#ffffff;{font};font-size:16px;font-weight:600;text-decoration:none">{label}</a></p>'
)
_CLOSING = '<p class="ink-2" style="margin:0;{font};font-size:14px;line-height:20px;color:#57534e">{text}</p>'


def _as_html(letter: Letter, app_url: str) -> str:
    body = [_PARAGRAPH.format(font=_FONT, text=escape(text)) for text in letter.paragraphs]
    if letter.action is not None:
        label, url = letter.action
        body.append(_BUTTON.format(font=_FONT, label=escape(label), url=escape(url)))
    if letter.closing:
        body.append(_CLOSING.format(font=_FONT, text=escape(letter.closing)))
    return _PAGE.format(
        subject=escape(letter.subject),
        heading=escape(letter.heading),
        body="\n".join(body),
        home=escape(app_url),
        font=_FONT,
    )
