"""A real Roundup tracker in a folder, served on this machine: `python tests/tracker.py PORT`."""

from __future__ import annotations

import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import httpx
import roundup.instance
from roundup import password
from roundup.cgi.wsgi_handler import RequestDispatcher
from roundup.configuration import CoreConfig

__all__ = ["BOT", "LENA", "client", "running"]

BOT, LENA = ("bot", "bot-secret"), ("lena", "lena-secret")
_TEMPLATE = Path("share/roundup/templates/classic")
_ISSUE = 'issue = IssueClass(db, "issue",'
_MARKED = f'{_ISSUE}\n                reconciler=String(indexme="no"),'
_MAY_RETIRE = """
db.security.addPermission(name='Retire', klass='issue')
db.security.addPermissionToRole('User', 'Retire', 'issue')
"""


@contextmanager
def running(home: Path, port: int = 0) -> Iterator[str]:
    """Set up a tracker in the folder `home`, which is not there yet, and serve it; gives its URL."""
    with WSGIServer(("127.0.0.1", port), _Handler) as server:
        url = f"http://127.0.0.1:{server.server_port}"
        _set_up(home, url)
        server.set_app(RequestDispatcher(str(home)))
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield url
        finally:
            server.shutdown()
            thread.join()


def client(url: str, account: tuple[str, str]) -> httpx.Client:
    """Somebody who works on the tracker past the plugin."""
    headers = {"Origin": url, "Referer": f"{url}/", "X-Requested-With": "rest"}
    return httpx.Client(base_url=url, auth=account, headers=headers)


def _set_up(home: Path, url: str) -> None:
    shutil.copytree(_template(), home)
    schema = home / "schema.py"
    schema.write_text(schema.read_text(encoding="utf-8").replace(_ISSUE, _MARKED) + _MAY_RETIRE, encoding="utf-8")
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
    database.issue.create(title="The tap drips", assignedto=database.user.lookup("lena"))
    database.commit()
    database.close()


def _template() -> Path:
    for prefix in (Path(sys.prefix), *Path(roundup.__file__).parents):
        if (prefix / _TEMPLATE).is_dir():
            return prefix / _TEMPLATE
    raise FileNotFoundError(f"Roundup was installed without {_TEMPLATE}")


class _Handler(WSGIRequestHandler):
    def get_environ(self) -> dict[str, Any]:
        """Of a request without a body, leave out what the standard library says of one: Roundup would read it."""
        environ: dict[str, Any] = super().get_environ()
        if "Content-Length" not in self.headers:
            del environ["CONTENT_LENGTH"], environ["CONTENT_TYPE"]
        return environ

    def log_message(self, *_: object) -> None:
        """Say nothing."""


if __name__ == "__main__":
    with TemporaryDirectory() as folder, running(Path(folder) / "tracker", int(sys.argv[1])) as address:
        print(f"{address} until Ctrl-C. Accounts: bot, bot-secret, and lena, lena-secret", flush=True)
        with suppress(KeyboardInterrupt):
            threading.Event().wait()
