"""Loading a seed from TOML or a mapping, or the default one."""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from fake_twilio.ids import is_sid
from fake_twilio.model.account import AccountType
from fake_twilio.seed.models import Seed, SeedAccount, SeedError
from fake_twilio.seed.references import reference_problems
from fake_twilio.seed.senders import SeedNumber
from fake_twilio.seed.text_files import decoded
from fake_twilio.seed.validators import read, shape_of

DEFAULT_ACCOUNT_SID = "AC" + "0123456789abcdef" * 2
DEFAULT_AUTH_TOKEN = "fake0auth0token0for0local0tests0"  # noqa: S105 - documented, and opens nothing but the fake
DEFAULT_NUMBER = "+12015550100"
DEFAULT_VERIFIED = "+12015550101"


def default_seed(*, trial: bool = False, environment: Mapping[str, str] | None = None) -> Seed:
    """Return the seed used when none is given: one account, one number, one verified caller.

    SID and token are taken from ``TWILIO_ACCOUNT_SID`` and ``TWILIO_AUTH_TOKEN`` if these are set and well formed, so
    that a program configured for the real Twilio finds its own account.
    """
    environment = os.environ if environment is None else environment
    sid = environment.get("TWILIO_ACCOUNT_SID", "").strip()
    return Seed(
        accounts=(
            SeedAccount(
                sid=sid if is_sid("AC", sid) else DEFAULT_ACCOUNT_SID,
                auth_token=environment.get("TWILIO_AUTH_TOKEN", "").strip() or DEFAULT_AUTH_TOKEN,
                type=AccountType.TRIAL if trial else AccountType.FULL,
                friendly_name="Fake account",
                verified=(DEFAULT_VERIFIED,),
                numbers=(SeedNumber(DEFAULT_NUMBER),),
            ),
        )
    )


def load_seed(source: "Seed | Mapping[str, Any] | str | os.PathLike[str] | None", *, trial: bool = False) -> Seed:
    """Return a seed from a file, a mapping or an existing seed; None means the default one.

    ``trial`` makes every account that is not a subaccount a trial account.

    Raises:
        SeedError: listing every mistake, if the file is missing, is not valid TOML, or has invalid contents.
    """
    if source is None:
        return default_seed(trial=trial)
    if isinstance(source, Seed):
        seed = source
    elif isinstance(source, Mapping):
        seed = _repeatable(parse_seed(source))
    else:
        import tomllib

        path = Path(source)
        try:
            document = tomllib.loads(decoded(path.read_bytes()))
        except OSError as exc:
            raise SeedError([f"cannot be read: {exc.strerror}"], str(path)) from None
        except tomllib.TOMLDecodeError as exc:
            raise SeedError([f"invalid TOML: {exc}"], str(path)) from None
        except ValueError as exc:
            raise SeedError([str(exc)], str(path)) from None
        seed = _repeatable(parse_seed(document, str(path)))
    if trial:
        seed = replace(seed, accounts=tuple(replace(account, type=AccountType.TRIAL) for account in seed.accounts))
    return seed


def parse_seed(document: Mapping[str, Any], source: str = "seed") -> Seed:
    """Parse a decoded document into a seed.

    Raises:
        SeedError: listing every mistake in it.
    """
    problems: list[str] = []
    values = read(shape_of(Seed), document, "", problems=problems)
    if not problems and not values.get("accounts"):
        problems.append("accounts: at least one account is required")
    if not problems:
        problems.extend(reference_problems(values["accounts"]))
    if problems:
        raise SeedError(problems, source)
    return Seed(**values)


def _repeatable(seed: Seed) -> Seed:
    """Derive a random seed from the contents if none is set, so that the same seed always yields the same SIDs."""
    if seed.random_seed is not None:
        return seed
    return replace(seed, random_seed=int.from_bytes(hashlib.sha256(repr(seed).encode()).digest()[:8], "big"))
