"""A real Roundup tracker in a temporary folder, served in this process through its WSGI application."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

import httpx
import roundup.instance
from roundup import password
from roundup.cgi.wsgi_handler import RequestDispatcher
from roundup.configuration import CoreConfig

__all__ = ["BOT", "LENA", "URL", "application", "mounted", "people", "transport"]

URL = "http://127.0.0.1:8917/tracker"
BOT, LENA = ("bot", "bot-secret"), ("lena", "lena-secret")
_TEMPLATE = Path("share/roundup/templates/classic")
_EXTRA = 'issue = IssueClass(db, "issue",\n                reconciler=String(indexme="no"),'


def application(home: Path, url: str = URL) -> Any:
    """Set up a tracker in `home` and give its WSGI application."""
    shutil.copytree(_template(), home)
    schema = home / "schema.py"
    text = schema.read_text(encoding="utf-8").replace('issue = IssueClass(db, "issue",', _EXTRA)
    role = "db.security.addPermissionToRole('User', 'Retire', 'issue')\n"
    schema.write_text(text + "\ndb.security.addPermission(name='Retire', klass='issue')\n" + role, encoding="utf-8")
    (home / "db").mkdir(exist_ok=True)
    settings = CoreConfig()
    for name, value in {
        "DATABASE": "db",
        "RDBMS_BACKEND": "sqlite",
        "WEB_SECRET_KEY": "k" * 40,
        "TRACKER_WEB": f"{url}/",
        "MAIL_DOMAIN": "fund.example",
        "ADMIN_EMAIL": "admin@fund.example",
        "MAIL_HOST": "localhost",
        "PASSWORD_PBKDF2_DEFAULT_ROUNDS": 1000,
    }.items():
        settings[name] = value
    settings.save(str(home / "config.ini"))
    tracker = roundup.instance.open(str(home))
    tracker.init(password.Password("admin-secret", config=tracker.config))
    database = tracker.open("admin")
    for (login, secret), name in ((BOT, "Reconciler"), (LENA, "Lena Gray")):
        database.user.create(
            username=login,
            realname=name,
            address=f"{login}@fund.example",
            roles="User",
            password=password.Password(secret, config=tracker.config),
        )
    database.commit()
    database.close()
    return RequestDispatcher(str(home))


def transport(app: Any) -> httpx.BaseTransport:
    """What carries requests to the application without a socket."""
    return httpx.WSGITransport(mounted(app, "127.0.0.1:8917"))


def people(app: Any) -> httpx.Client:
    """Lena, who works on the tracker past the plugin."""
    headers = {"Origin": "http://127.0.0.1:8917", "Referer": f"{URL}/", "X-Requested-With": "rest"}
    return httpx.Client(transport=transport(app), base_url=URL, auth=LENA, headers=headers)


def mounted(app: Any, host: str) -> Any:
    """Mount the application at `/tracker`; what it writes by the older half of WSGI comes back as its answer."""

    def called(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        written: list[bytes] = []

        def start(status: str, headers: list[tuple[str, str]], error: Any = None) -> Any:
            start_response(status, headers, error)
            return written.append

        path = environ["PATH_INFO"].removeprefix("/tracker")
        mounted = {**environ, "SCRIPT_NAME": "/tracker", "PATH_INFO": path, "HTTP_HOST": host}
        returned = list(app(mounted, start))
        return [*written, *returned]

    return called


def _template() -> Path:
    for prefix in (Path(sys.prefix), *Path(roundup.__file__).parents):
        if (prefix / _TEMPLATE).is_dir():
            return prefix / _TEMPLATE
    raise FileNotFoundError(f"Roundup was installed without {_TEMPLATE}")
