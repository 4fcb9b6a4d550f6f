"""The data server's section: where it listens, and who may do what."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from driver.config.secrets import File, PasswordHash, TokenHash
from driver.config.types import Port, Section, is_loopback
from driver.domain.roles import Role


class UserConfig(Section):
    """A person who may log in; ``password_hash`` comes from ``sms-driver access user``."""

    username: Annotated[str, Field(min_length=1, max_length=100)]
    """Name to log in with."""
    password_hash: PasswordHash
    """What ``sms-driver access user`` printed."""
    role: Role
    """What the user may do: ``viewer``, ``operator``, ``engineer`` or ``admin``."""


class TokenConfig(Section):
    """A program that may call; ``token_hash`` comes from ``sms-driver access token``."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    """Name of the program, for the audit."""
    token_hash: TokenHash
    """What ``sms-driver access token`` printed."""
    role: Role
    """What the program may do: ``viewer``, ``operator``, ``engineer`` or ``admin``."""


class DataserverConfig(Section):
    """The data server that workstations and programs talk to."""

    host: str = "127.0.0.1"
    """Address to bind. Without users and tokens only loopback is allowed."""
    port: Port = 9622
    """Port; 0 takes a free one."""
    tls_certificate: File = None
    """File with the certificate chain (PEM); with it the data server and the debug tools speak TLS only."""
    tls_key: File = None
    """File with the certificate's key (PEM)."""
    users: tuple[UserConfig, ...] = ()
    """People who may log in."""
    tokens: tuple[TokenConfig, ...] = ()
    """Programs that may call."""
    other_project: Literal["warn", "refuse"] = "warn"
    """What becomes of a client that sends the hash of another project than the driver's: it is flagged, or refused."""

    @property
    def open_to_all(self) -> bool:
        """Whether requests need no credentials."""
        return not self.users and not self.tokens

    @model_validator(mode="after")
    def _protected(self) -> Self:
        if self.open_to_all and not is_loopback(self.host):
            raise ValueError(
                f"without users and tokens the data server only listens on loopback, not on {self.host!r}; add "
                "[[dataserver.users]] or [[dataserver.tokens]] (sms-driver access makes them), or set host to 127.0.0.1"
            )
        if (self.tls_certificate is None) != (self.tls_key is None):
            raise ValueError("tls_certificate and tls_key belong together")
        return self
