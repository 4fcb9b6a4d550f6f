"""Reloadable keys: every listed key exists, and any other key requires a restart."""

from typing import Any

from driver.config.hot_reload import RELOADABLE, hot_reload, is_reloadable
from driver.config.models import DriverConfig

TWILIO = {"account_sid": "AC" + "0" * 32, "auth_token": "token-token"}


def config(**sections: Any) -> DriverConfig:
    return DriverConfig.model_validate({"twilio": TWILIO, **sections})


def test_every_key_that_is_named_exists() -> None:
    for name, keys in RELOADABLE.items():
        model = type(getattr(config(), name))
        for key in keys or ():
            assert key in model.model_fields, f"{name}.{key}"


def test_what_is_not_named_waits() -> None:
    assert not is_reloadable("internal")
    assert not is_reloadable("nothing", "of the kind")
    assert is_reloadable("send")
    assert is_reloadable("twilio", "auth_token")
    assert not is_reloadable("twilio")


def test_what_waits_is_kept_and_the_rest_of_its_section_is_taken() -> None:
    taken = hot_reload(
        config(), config(store={"url": "sqlite:///other.db", "retention_days": 30}, phones=[{"id": "a"}])
    )
    assert (taken.config.store.url, taken.config.store.retention_days) == ("sqlite:///driver.db", 30)
    assert (taken.changed, taken.waiting) == (("store", "phones"), ("store.url",))


def test_nothing_changed_is_nothing() -> None:
    taken = hot_reload(config(), config())
    assert (taken.config, taken.changed, taken.waiting) == (config(), (), ())


def test_what_the_file_sets_stays_told_apart_from_defaults() -> None:
    taken = hot_reload(config(), config(system={"id": "other", "caption": "Texts"}))
    assert taken.config.system.model_fields_set == {"id", "caption"}
