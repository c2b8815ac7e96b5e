"""The content pack that the centre publishes: which one it is, and its bytes.

Nothing is believed here but sizes and sums; who signed a pack is looked at where it is installed.
"""

from __future__ import annotations

import hashlib
import re

from desk_app.core.exchange import HubRefusesError, HubUnreachableError
from desk_app.protocol.packs import MAX_PACK_BYTES
from desk_app.protocol.wire import PackReply
from desk_app.sync.blobs import Asker
from desk_app.sync.hub_line import parse

_DIGEST = re.compile(r"[0-9a-f]{64}")


def published(hub: Asker) -> PackReply | None:
    """What the centre publishes now; None = nothing yet. Raises as ``Hub``."""
    try:
        found = parse(PackReply, hub.ask("GET", "/v1/packs/current"))
    except HubRefusesError as refusal:
        if refusal.code == "no_pack":
            return None
        raise
    if not _DIGEST.fullmatch(found.digest) or not 0 < found.size <= MAX_PACK_BYTES:
        raise HubUnreachableError("garbage")
    return found


def fetch(hub: Asker, pack: PackReply) -> bytes:
    """The bytes of a pack. Raises as ``Hub``; HubUnreachableError for anything but these bytes."""
    content = hub.ask("GET", f"/v1/packs/{pack.digest}", limit=pack.size)
    if hashlib.sha256(content).hexdigest() != pack.digest:
        raise HubUnreachableError("garbage")
    return content
