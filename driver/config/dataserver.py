"""The ``[dataserver]`` section: where the data server listens, and who may do what."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from driver.config.secrets import File, PasswordHash, TokenHash
from driver.config.types import Port, Section, is_loopback
from driver.domain.roles import Role


class UserConfig(Section):
    """A person who may log in. Create ``password_hash`` with ``sms-driver access user``."""

    username: Annotated[str, Field(min_length=1, max_length=100)]
    """Login name."""
    password_hash: PasswordHash
    """Hash of the password, as printed by ``sms-driver access user``."""
    role: Role
    """Role of the user: ``viewer``, ``operator``, ``engineer`` or ``admin``."""


class TokenConfig(Section):
    """A program that may use the API. Create ``token_hash`` with ``sms-driver access token``."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    """Name of the program, shown in the audit."""
    token_hash: TokenHash
    """Hash of the token, as printed by ``sms-driver access token``."""
    role: Role
    """Role of the program: ``viewer``, ``operator``, ``engineer`` or ``admin``."""


class DataserverConfig(Section):
    """The data server, which workstations and programs connect to."""

    host: str = "127.0.0.1"
    """Address to listen on. Without users and tokens, only a loopback address is allowed."""
    port: Port = 9622
    """Port to listen on; 0 selects a free port."""
    tls_certificate: File = None
    """File with the certificate chain (PEM). With it, the data server and the debug tools accept only TLS."""
    tls_key: File = None
    """File with the certificate's private key (PEM)."""
    users: tuple[UserConfig, ...] = ()
    """People who may log in."""
    tokens: tuple[TokenConfig, ...] = ()
    """Programs that may use the API."""
    other_project: Literal["warn", "refuse"] = "warn"
    """How to treat a client whose project hash differs from the driver's: ``warn`` flags it, ``refuse`` rejects it."""

    @property
    def open_to_all(self) -> bool:
        """Whether requests need no credentials."""
        return not self.users and not self.tokens

    @model_validator(mode="after")
    def _protected(self) -> Self:
        if self.open_to_all and not is_loopback(self.host):
            raise ValueError(
                f"without users and tokens, the data server only listens on loopback, not on {self.host!r}; add "
                "[[dataserver.users]] or [[dataserver.tokens]] (run sms-driver access), or set host to 127.0.0.1"
            )
        if (self.tls_certificate is None) != (self.tls_key is None):
            raise ValueError("tls_certificate and tls_key must be set together")
        return self
