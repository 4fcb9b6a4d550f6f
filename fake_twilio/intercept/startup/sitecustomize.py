"""Startup hook for Python under ``fake-twilio exec``: redirects clients that ignore proxy or certificate variables.

Connections to web servers are redirected to the fake's proxy, which finds the intended host in their first bytes;
``certifi`` returns the fake's bundle. This runs inside unmodified programs, in whatever Python version they use:
standard library only, and no syntax that old versions lack.
"""

from __future__ import annotations

import functools
import importlib.machinery
import importlib.util
import os
import sys

TYPE_CHECKING = False  # as in ``typing``, which would slow every start
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any

_HERE = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120 - one import fewer at every start


def _trusting(client: ModuleType) -> None:
    """Let sessions read proxies from the environment unless the program says otherwise."""
    session = client.ClientSession
    original = session.__init__

    @functools.wraps(original)
    def init(self: Any, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("trust_env", True)
        original(self, *args, **kwargs)

    session.__init__ = init


def _leading(socket: ModuleType) -> None:
    """Resolve the names of web servers to the proxy's address."""
    host, _, port = os.environ["FAKE_TWILIO_PROXY"].rpartition("/")[2].rpartition(":")
    original = socket.getaddrinfo

    @functools.wraps(original)
    def getaddrinfo(name: Any, service: Any, family: int = 0, *args: Any, **kwargs: Any) -> Any:
        if str(service) in _WEB and _is_far(name):
            return original(host.strip("[]"), int(port), 0, *args, **kwargs)
        return original(name, service, family, *args, **kwargs)

    socket.getaddrinfo = getaddrinfo  # type: ignore[attr-defined]


_WEB = ("80", "443", "http", "https")


def _is_far(name: Any) -> bool:
    text = name.decode("ascii", "replace") if isinstance(name, bytes) else name
    return isinstance(text, str) and not (
        text.lower() in ("", "localhost", "::1", "0.0.0.0", "::") or text.startswith("127.")
    )


def _vouching(certifi: ModuleType) -> None:
    """Return the fake's bundle, which contains everything that was trusted before."""
    bundle = os.environ.get("SSL_CERT_FILE", "")
    if not bundle:
        return

    def where() -> str:
        return bundle

    def contents() -> str:
        with open(bundle, encoding="ascii") as file:  # noqa: PTH123 - as above
            return file.read()

    for module in (certifi, sys.modules.get("certifi.core", certifi)):
        module.where, module.contents = where, contents  # type: ignore[attr-defined]


class _Finder:
    """Waits for modules to be imported and patches each; it removes itself after the last one."""

    def __init__(self, finishing: Any) -> None:
        self._finishing = finishing

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        """Return the module's own spec, with a loader that patches the module."""
        finish = self._finishing.pop(name, None)
        if finish is None:
            return None
        if not self._finishing:
            sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        if spec is None or spec.loader is None:
            return spec
        loader: Any = spec.loader
        load = loader.exec_module

        def exec_module(module: ModuleType) -> None:
            load(module)
            finish(module)

        loader.exec_module = exec_module
        return spec


def _next() -> None:
    """Run the ``sitecustomize`` that this one hides, if any: systems and tools have their own."""
    others = [entry for entry in sys.path if os.path.abspath(entry or os.curdir) != _HERE]  # noqa: PTH100
    spec = importlib.machinery.PathFinder.find_spec("sitecustomize", others)
    if spec is None or spec.loader is None:
        return
    module = importlib.util.module_from_spec(spec)
    sys.modules["sitecustomize"] = module
    spec.loader.exec_module(module)


if os.environ.get("FAKE_TWILIO_PROXY"):
    _finishing = {"aiohttp.client": _trusting, "certifi": _vouching, "socket": _leading}
    for _name in [name for name in _finishing if name in sys.modules]:
        _finishing.pop(_name)(sys.modules[_name])
    if _finishing:
        sys.meta_path.insert(0, _Finder(_finishing))
_next()
