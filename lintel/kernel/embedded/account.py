"""Which operating-system user the server runs as, and what that user can reach.

PostgreSQL refuses to run as root, because a hole in it would then be a hole in the machine. Where
the demo runs as root (containers, CI), the server runs as an unprivileged user that owns the data.
"""

import contextlib
import hashlib
import os
import pwd
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path

from lintel.kernel.embedded.errors import EmbeddedError

USER_VARIABLE = "LINTEL_POSTGRES_USER"
"""Names the unprivileged user to run the server as, when Lintel itself runs as root."""

FALLBACK_USERS = ("postgres", "nobody")
SHARED_HOME = Path("/var/lib/lintel")
"""Where root keeps what the unprivileged user can't reach in place."""


@dataclass(frozen=True, slots=True)
class Account:
    """An operating-system user: its name, number and group."""

    name: str
    uid: int
    gid: int

    @property
    def is_other(self) -> bool:
        """Whether this is another user than the one this process runs as."""
        return self.uid != os.geteuid()

    def popen_options(self) -> dict[str, object]:
        """What `subprocess.Popen` needs to run a child as this user."""
        if not self.is_other:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def _account(entry: pwd.struct_passwd) -> Account:
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def own_account() -> Account:
    """The user this process runs as.

    Raises EmbeddedError when the machine knows no name for it: peer authentication needs one.
    """
    try:
        return _account(pwd.getpwuid(os.geteuid()))
    except KeyError:
        raise EmbeddedError(
            f"User number {os.geteuid()} has no name on this machine, and PostgreSQL needs one. "
            "Add it to /etc/passwd, or set DATABASE_URL to a server of your own."
        ) from None


def server_account(folder: Path) -> Account:
    """The user to run the server in `folder` as: ourselves, or for root the folder's owner.

    Raises EmbeddedError when root has no unprivileged user to give the server to.
    """
    if os.geteuid() != 0:
        return own_account()
    try:
        owner = (folder / "data").stat().st_uid
        if owner != 0:
            return _account(pwd.getpwuid(owner))
    except (FileNotFoundError, KeyError):
        pass
    chosen = os.environ.get(USER_VARIABLE, "")
    for name in (chosen,) if chosen else FALLBACK_USERS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return _account(entry)
    raise EmbeddedError(
        "PostgreSQL doesn't run as root, and there is no unprivileged user to run it as. "
        f"Name one in {USER_VARIABLE}, or run Lintel as another user."
    )


def can_reach(account: Account, path: Path) -> bool:
    """Whether the user can pass through every folder above `path` (permission bits only)."""
    if not account.is_other:
        return True
    for parent in path.absolute().parents:
        try:
            found = parent.stat()
        except FileNotFoundError:
            continue
        if found.st_uid == account.uid:
            needed = stat.S_IXUSR
        elif found.st_gid == account.gid:
            needed = stat.S_IXGRP
        else:
            needed = stat.S_IXOTH
        if not found.st_mode & needed:
            return False
    return True


def private_folder(path: Path, account: Account) -> None:
    """Make `path` a folder that only `account` can enter, or raise when it is anything else.

    The check is on what is there, not on what we made: in a shared temporary folder somebody else
    may have been first.
    """
    with contextlib.suppress(FileExistsError):
        path.mkdir(mode=0o700)
    _hand_over(path, account)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode):
        raise EmbeddedError(f"{path} should be a folder, and is something else.")
    if found.st_uid != account.uid:
        raise EmbeddedError(
            f"{path} belongs to user number {found.st_uid}, not to {account.name}, who runs the "
            "database. Use another folder, or run Lintel as the user that made this one."
        )
    if found.st_mode & 0o077:
        raise EmbeddedError(
            f"{path} can be entered by others (mode {stat.S_IMODE(found.st_mode):04o}). "
            f"If you trust what is in it: chmod 700 {path}"
        )


def _hand_over(path: Path, account: Account) -> None:
    """Give a folder that we made, and nobody has used yet, to the server's user.

    It may be of another start of ours that hasn't come to this, or never did, being killed.
    """
    found = path.lstat()
    ours = stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()
    if account.is_other and ours and not any(path.iterdir()):
        os.chown(path, account.uid, account.gid, follow_symlinks=False)


def reachable_home(folder: Path, account: Account) -> Path:
    """The folder to keep the cluster in: `folder`, or what stands in for it out of its reach.

    Root's own folders are closed to the server's user, and opening them to everybody is not ours
    to do. The cluster then lives under `/var/lib/lintel`, and `folder` is a link to it; removing
    the link gives a fresh start, as removing the folder would.
    """
    if folder.is_symlink():
        target = folder.resolve()
        if not target.exists():
            raise EmbeddedError(
                f"{folder} points to {target}, which is gone. Put the data back there, or remove "
                "the link to start afresh."
            )
        return target
    if can_reach(account, folder):
        return folder
    if folder.exists():
        raise EmbeddedError(
            f"{account.name}, who runs the database, can't reach {folder}: a folder above it is "
            "closed. Move the data to a folder with open parents, or run Lintel as another user."
        )
    name = hashlib.sha256(os.fsencode(folder.absolute())).hexdigest()[:8]
    target = SHARED_HOME / f"{name}-{secrets.token_hex(4)}"
    SHARED_HOME.mkdir(mode=0o711, parents=True, exist_ok=True)
    if not can_reach(account, target):
        raise EmbeddedError(
            f"{account.name}, who runs the database, can reach neither {folder} nor {SHARED_HOME}. "
            "Set LINTEL_DATA to a folder whose parents are open (chmod o+x)."
        )
    private_folder(target, account)
    folder.parent.mkdir(mode=0o711, parents=True, exist_ok=True)
    folder.symlink_to(target)
    return target
