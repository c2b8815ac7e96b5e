"""Centres, devices and codes: what an administrator does, and what an enrolling device asks."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select, update

from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError
from desk_app.hub import packs, tables
from desk_app.hub.database import Database, new_id
from desk_app.hub.security import CODE_SECONDS, Caller, code_hash, new_code
from desk_app.protocol.signing import BadSignatureError, public_of, seal, sign, unseal, verify
from desk_app.protocol.wire import CentreLine, DeviceLine, EnrolReply, EnrolRequest

SEEN_EVERY_MS = 5 * 60_000
"""How exactly it is kept when a device was last heard of."""


class RefusedError(Exception):
    """A device asked for what it may not have. ``code`` goes to it as ``Refusal.code``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Identity:
    """The hub's own name and keys."""

    hub: str
    signing_key: bytes


class People:
    """The tables of centres and devices.

    Args:
        identity: whose word devices get.
    """

    def __init__(self, database: Database, identity: Identity) -> None:
        self._database = database
        self._identity = identity

    def add_centre(self, centre: str, name: str) -> None:
        """A new centre. Raises BadInputError where the id is taken or not plain."""
        plain = centre.isascii() and centre.replace("-", "").isalnum() and centre == centre.lower()
        if not plain or len(centre) > 40 or not name.strip() or not name.isprintable():
            raise BadInputError(
                QT_TRANSLATE_NOOP("Errors", "中心编号只用小写字母、数字和短横，名称不能空。")
            )
        with self._database.writing() as connection:
            row = tables.centres.c
            if connection.execute(select(row.id).where(row.id == centre)).first():
                raise BadInputError(QT_TRANSLATE_NOOP("Errors", "这个中心编号已经有了。"))
            epoch = connection.execute(select(row.epoch).limit(1)).scalar() or new_id()
            connection.execute(
                insert(tables.centres).values(
                    id=centre,
                    name=name.strip()[:100],
                    epoch=epoch,
                    sealed_key=seal(self._database.key, secrets.token_bytes(32), centre.encode()),
                )
            )

    def centres(self) -> list[CentreLine]:
        """All centres."""
        with self._database.reading() as connection:
            row = tables.centres.c
            found = connection.execute(select(row.id, row.name).order_by(row.id))
            return [CentreLine(centre=centre, name=name) for centre, name in found]

    def centre_key(self, centre: str) -> bytes:
        """The key that seals stick files of a centre."""
        with self._database.reading() as connection:
            row = tables.centres.c
            sealed = connection.execute(select(row.sealed_key).where(row.id == centre)).scalar_one()
        return unseal(self._database.key, sealed, centre.encode())

    def new_code(self, centre: str, role: str, now: int, replaces: str = "") -> str:
        """A one-time code for a device of ``centre``.

        Args:
            replaces: a device of that centre that lost its key; the code lets in nobody else, and
                the key that it had counts no longer. Only an administrator can say so: with any
                other code nobody ever takes a device's place.

        Raises BadInputError: no such centre, or no such device that is in use there.
        """
        code = new_code()
        with self._database.writing() as connection:
            row = tables.centres.c
            if not connection.execute(select(row.id).where(row.id == centre)).first():
                raise BadInputError(
                    QT_TRANSLATE_NOOP("Errors", "没有“{centre}”这个中心。"), centre=centre[:40]
                )
            known = tables.devices.c
            in_use = select(known.id).where(
                known.id == replaces, known.centre == centre, known.state == "active"
            )
            if replaces and not connection.execute(in_use).first():
                raise BadInputError(
                    QT_TRANSLATE_NOOP("Errors", "这个中心没有“{device}”这台在用的设备。"),
                    device=replaces[:20],
                )
            connection.execute(
                insert(tables.codes).values(
                    hash=code_hash(code),
                    centre=centre,
                    role=role,
                    expires=now + CODE_SECONDS * 1000,
                    replaces=replaces,
                )
            )
        return code

    def enrol(self, asked: EnrolRequest, now: int) -> EnrolReply:
        """Let a device in. Raises RefusedError: bad_code | bad_signature | device_taken."""
        try:
            verify(
                asked.public_key, asked.signature, "enrol",
                asked.code, asked.device, asked.public_key,
            )  # fmt: skip
        except BadSignatureError:
            raise RefusedError("bad_signature") from None
        with self._database.writing() as connection:
            code, device = tables.codes.c, tables.devices.c
            found = connection.execute(
                select(code.centre, code.role, code.expires, code.used_by, code.replaces)
                .where(code.hash == code_hash(asked.code))
                .with_for_update()
            ).first()
            if found is None or now >= found.expires or found.used_by not in ("", asked.device):
                raise RefusedError("bad_code")
            if found.replaces not in ("", asked.device):
                raise RefusedError("bad_code")
            known = connection.execute(
                select(device.public_key, device.centre).where(device.id == asked.device)
            ).first()
            # The answer may be lost on the way: the same device may ask with the same code again.
            if known is not None and tuple(known) != (asked.public_key, found.centre):
                if not found.replaces or found.used_by or known.centre != found.centre:
                    raise RefusedError("device_taken")
                connection.execute(
                    update(tables.devices)
                    .where(device.id == asked.device)
                    .values(public_key=asked.public_key, seen=now)
                )
            connection.execute(
                update(tables.codes)
                .where(code.hash == code_hash(asked.code))
                .values(used_by=asked.device)
            )
            if known is None:
                connection.execute(
                    insert(tables.devices).values(
                        id=asked.device,
                        centre=found.centre,
                        name=_printable(asked.name),
                        role=found.role,
                        public_key=asked.public_key,
                        state="active",
                        enrolled=now,
                        seen=now,
                    )
                )
            row = tables.centres.c
            name, epoch = connection.execute(
                select(row.name, row.epoch).where(row.id == found.centre)
            ).one()
        return EnrolReply(
            hub=self._identity.hub,
            centre=found.centre,
            centre_name=name,
            epoch=epoch,
            role=found.role,
            hub_key=public_of(self._identity.signing_key),
            centre_key=base64.b64encode(self.centre_key(found.centre)).decode(),
            certificate=self.certificate(found.centre, asked.device, asked.public_key),
            pack_keys=list(packs.keys(self._database)),
        )

    def certificate(self, centre: str, device: str, public_key: str) -> str:
        """The hub's word that a device and its key belong to a centre."""
        key = self._identity.signing_key
        return sign(key, "device", self._identity.hub, centre, device, public_key)

    def caller(self, device: str, now: int) -> Caller | None:
        """What the database knows of a device now; notes that it was heard of."""
        with self._database.glance() as connection:
            found, seen = look_up(connection, device)
        if found is not None and now - seen > SEEN_EVERY_MS:
            self.was_heard(device, now)
        return found

    def was_heard(self, device: str, now: int) -> None:
        """Note when a device was last heard of."""
        row = tables.devices.c
        with self._database.writing() as connection:
            connection.execute(update(tables.devices).where(row.id == device).values(seen=now))

    def public_key(self, device: str) -> str:
        """The key a device enrolled with; empty where it is not known."""
        with self._database.reading() as connection:
            row = tables.devices.c
            found = connection.execute(select(row.public_key).where(row.id == device)).scalar()
        return str(found or "")

    def devices(self, centre: str = "") -> list[DeviceLine]:
        """Devices of one centre, or of all."""
        row = tables.devices.c
        query = select(
            row.id, row.name, row.role, row.state, row.enrolled, row.seen, row.head_counter
        ).order_by(row.centre, row.enrolled)
        if centre:
            query = query.where(row.centre == centre)
        with self._database.reading() as connection:
            return [
                DeviceLine(
                    device=found.id,
                    name=found.name,
                    role=found.role,
                    state=found.state,
                    enrolled=found.enrolled,
                    seen=found.seen,
                    head_counter=found.head_counter,
                )
                for found in connection.execute(query)
            ]

    def revoke(self, device: str, now: int, *, seal_it: bool) -> None:
        """Shut a device out; ``seal_it``: and order it to destroy its key.

        Raises BadInputError for an unknown device.
        """
        row = tables.devices.c
        values = {"state": "sealing" if seal_it else "revoked"}
        with self._database.writing() as connection:
            done = connection.execute(
                update(tables.devices)
                .where(row.id == device)
                .values(**values, order_issued=now if seal_it else 0)
            )
        if not done.rowcount:
            raise BadInputError(QT_TRANSLATE_NOOP("Errors", "没有这台设备。"))

    def was_sealed(self, device: str, issued: int) -> bool:
        """Note that a device has destroyed its key; whether that order was its."""
        row = tables.devices.c
        with self._database.writing() as connection:
            done = connection.execute(
                update(tables.devices)
                .where(row.id == device, row.order_issued == issued)
                .where(row.state.in_(("sealing", "sealed")))
                .values(state="sealed")
            )
        return bool(done.rowcount)

    def quarantined(self) -> dict[str, int]:
        """How many entries of shut-out devices are kept apart, by device."""
        with self._database.reading() as connection:
            row = tables.quarantine.c
            found = connection.execute(select(row.device, func.count()).group_by(row.device))
            return {device: count for device, count in found}


def look_up(connection: Connection, device: str) -> tuple[Caller | None, int]:
    """What is known of a device, and when it was last heard of (ms since 1970)."""
    row = tables.devices.c
    found = connection.execute(
        select(row.id, row.centre, row.role, row.state, row.order_issued, row.seen).where(
            row.id == device
        )
    ).first()
    if found is None:
        return None, 0
    return Caller(found.id, found.centre, found.role, found.state, found.order_issued), found.seen


def _printable(name: str) -> str:
    return "".join(ch for ch in name if ch.isprintable()).strip()[:60]
