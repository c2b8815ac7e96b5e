"""How full the battery is, where the system tells."""

from __future__ import annotations

from pathlib import Path

SUPPLIES = Path("/sys/class/power_supply")
"""Where Linux tells it (kernel documentation, ABI/testing/sysfs-class-power)."""


def battery_percent(supplies: Path = SUPPLIES) -> int | None:
    """Charge of the first battery in percent; None where there is none or nobody tells."""
    try:
        folders = sorted(supplies.iterdir())
    except OSError:
        return None
    for folder in folders:
        try:
            if (folder / "type").read_text("ascii").strip() == "Battery":
                return max(0, min(100, int((folder / "capacity").read_text("ascii"))))
        except (OSError, ValueError):
            continue
    return None
