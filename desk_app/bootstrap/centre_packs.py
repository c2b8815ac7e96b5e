"""Content packs from the centre: fetched in between rounds, in force from the next start on."""

from __future__ import annotations

from collections.abc import Sequence

from desk_app.bootstrap.packs import install_pack
from desk_app.content.shelf import PackShelf
from desk_app.core.errors import DeskAppError
from desk_app.protocol.publisher import publisher_id
from desk_app.sync.blobs import Asker
from desk_app.sync.pack_fetch import fetch, published
from desk_app.system import logs
from desk_app.system.paths import AppPaths


class CentrePacks:
    """Looks at what the centre publishes, and installs what is new here.

    Args:
        keys: public keys (PEM) that the centre named when this desk joined.
    """

    def __init__(self, paths: AppPaths, keys: Sequence[str]) -> None:
        self._paths = paths
        self._shelf = PackShelf(paths.data)
        self._keys = tuple(key.encode() for key in keys)
        self._refused = self._code = ""

    def look(self, hub: Asker) -> tuple[str, str]:
        """Fetch and install what is published, if it is another than last time.

        Returns the version of what was installed just now, and why what is published was not; each
        empty where there is nothing to say.

        An older one that is published again is gone back to. What an officer chose since then
        stays until the centre publishes something else. What was refused is not fetched again
        before the next start.

        Raises as ``Hub``, and no more: what was in force still is.
        """
        pack = published(hub)
        if pack is None or pack.digest in (self._refused, self._shelf.from_centre()):
            return "", self._code
        content = fetch(hub, pack)
        try:
            for key in self._keys:
                self._shelf.trust(publisher_id(key), key)
            installed = install_pack(self._paths, content, roll_back=True)
            self._shelf.note_from_centre(pack.digest)
        except DeskAppError as problem:
            self._refused, self._code = pack.digest, problem.code
            logs.warn("packs.not_installed", pack=pack.digest[:8], code=problem.code)
            return "", self._code
        logs.note("packs.installed", pack=installed.digest[:8])
        self._code = ""
        return installed.version, ""
