"""An isolated network for a program, on Linux: it contains only the fake, under Twilio's names.

The program starts in new user, network and mount namespaces. A small helper opens the fake's listeners inside, passes
them out over a socket and then becomes the program, so nothing has to be forwarded. The helper runs as a separate
process (``python -I isolation.py``), because only a single-threaded process can enter a new user namespace.
"""

import ctypes
import fcntl
import json
import os
import socket
import struct
import sys

CLONE_NEWNS, CLONE_NEWUSER, CLONE_NEWNET = 0x0002_0000, 0x1000_0000, 0x4000_0000
MS_BIND, MS_REC, MS_PRIVATE = 0x1000, 0x4000, 0x4_0000
_SIOCSIFFLAGS, _IFF_UP = 0x8914, 1

WEB_PORTS = (80, 443)
"""Ports at which programs that ignore proxy variables reach web servers."""


def main(orders: str, program: list[str]) -> None:
    """Build the network, pass out its listeners, become the program."""
    given = json.loads(orders)
    channel = socket.socket(fileno=given["channel"])
    try:
        _enter()
        _bring_up_loopback()
        for source, target in given["mounts"]:
            if os.path.exists(target):  # noqa: PTH110 - only what is needed is loaded
                _system_call("mount", source.encode(), target.encode(), None, MS_BIND, None)
        listeners = [_listen(port) for port in given["ports"]]
    except OSError as exc:
        sys.stderr.write(
            f"fake-twilio: --isolate: this user may not create namespaces ({exc.filename or 'here'}: {exc.strerror}); "
            "run without --isolate, or have an administrator check the sysctls user.max_user_namespaces, "
            "kernel.unprivileged_userns_clone and kernel.apparmor_restrict_unprivileged_userns\n"
        )
        sys.exit(1)
    socket.send_fds(channel, [b"."], [each.fileno() for each in listeners])
    channel.recv(1)  # the fake accepts connections from here on
    channel.close()
    for each in listeners:
        each.close()
    try:
        os.execvp(program[0], program)  # noqa: S606 - running the program is the task
    except (FileNotFoundError, NotADirectoryError):
        sys.stderr.write(f"fake-twilio: {program[0]}: command not found\n")
        sys.exit(127)
    except OSError as exc:
        sys.stderr.write(f"fake-twilio: {program[0]}: {exc.strerror}\n")
        sys.exit(126)


def _enter() -> None:
    """Enter the namespaces as the same user, who has full rights in them until the program starts."""
    user, group = os.getuid(), os.getgid()
    _system_call("unshare", CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWNS)
    for name, content in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
        with open(f"/proc/self/{name}", "w", encoding="ascii") as file:  # noqa: PTH123 - as above
            file.write(content)
    _system_call("mount", b"none", b"/", None, MS_REC | MS_PRIVATE, None)


def _bring_up_loopback() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, _SIOCSIFFLAGS, struct.pack("16sh22x", b"lo", _IFF_UP))


def _listen(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(1024)
    return listener


def _system_call(name: str, *arguments: object) -> None:
    """Call a function of the C library.

    Raises:
        OSError: when it reports an error.
    """
    library = ctypes.CDLL(None, use_errno=True)
    converted = [ctypes.c_ulong(each) if isinstance(each, int) else each for each in arguments]
    if getattr(library, name)(*converted):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), name)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
