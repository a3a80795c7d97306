"""A kiosk as the office knows it. Stand-in: the room "trust" builds this file; the merge takes theirs."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

DeviceId = NewType("DeviceId", str)


class Trust(StrEnum):
    """Whether what a kiosk signs is believed."""

    TRUSTED = "trusted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """One kiosk."""

    id: DeviceId
    name: str
    office: str
    desk: str
    trust: Trust
