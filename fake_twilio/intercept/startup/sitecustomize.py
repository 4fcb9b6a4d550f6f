"""Read by Python when it starts under `fake-twilio exec`: makes aiohttp obey the proxy variables.

The official SDK's async client is built on aiohttp. This runs inside programs that know nothing of the fake, in
whatever Python they bring: standard library only, and nothing that old versions cannot read.
"""

from __future__ import annotations

import functools
import importlib.machinery
import importlib.util
import os
import sys

TYPE_CHECKING = False  # as in `typing`, which would make every start slower
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any

_HERE = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120 - one import less at every start


def _trusting(client: ModuleType) -> None:
    """Let sessions read proxies from the environment unless their program says otherwise."""
    session = client.ClientSession
    original = session.__init__

    @functools.wraps(original)
    def init(self: Any, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("trust_env", True)
        original(self, *args, **kwargs)

    session.__init__ = init


class _Finder:
    """Waits for aiohttp's client to be imported, by whomever, and steps aside after that."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        """Hand out the module's own specification, with a loader that finishes the work."""
        if name != "aiohttp.client":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        if spec is None or spec.loader is None:
            return spec
        loader: Any = spec.loader
        load = loader.exec_module

        def exec_module(module: ModuleType) -> None:
            load(module)
            _trusting(module)

        loader.exec_module = exec_module
        return spec


def _next() -> None:
    """Run the `sitecustomize` that this one hides, if there is one: systems and tools bring theirs."""
    others = [entry for entry in sys.path if os.path.abspath(entry or os.curdir) != _HERE]  # noqa: PTH100
    spec = importlib.machinery.PathFinder.find_spec("sitecustomize", others)
    if spec is None or spec.loader is None:
        return
    module = importlib.util.module_from_spec(spec)
    sys.modules["sitecustomize"] = module
    spec.loader.exec_module(module)


if os.environ.get("FAKE_TWILIO_URL"):
    sys.meta_path.insert(0, _Finder())
_next()
