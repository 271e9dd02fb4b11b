"""Whose tombstones the tests of privacy lay, and how they pack."""

import io
import zipfile

from siyu.privacy.tombstones import Tombstones, lay_tombstones

SECRET = b"s" * 32
PHONE, OTHER = "13912345678", "13987654321"


def stones(*identifiers: str, namespace: str = "phone") -> Tombstones:
    return lay_tombstones(SECRET, [(namespace, identifier) for identifier in identifiers])


def zipped(data: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", data)
    return packed.getvalue()
