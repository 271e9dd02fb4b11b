"""What files that no reader here takes begin with: packs, pictures, programs."""

from siyu.ingest.refusals import PACK_AGAIN, ExportRefusedError

PUT_EXPORT = "put the export itself in place"
# first bytes → what the file is, and what to do
UNREADABLE = {
    b"Rar!": ("a RAR archive", PACK_AGAIN),
    b"7z\xbc\xaf": ("a 7z archive", PACK_AGAIN),
    b"\xfd7zXZ\x00": ("an xz archive", PACK_AGAIN),
    b"BZh": ("a bzip2 archive", PACK_AGAIN),
    b"%PDF": ("a PDF", PUT_EXPORT),
    b"\x89PNG": ("a picture (PNG)", PUT_EXPORT),
    b"\xff\xd8\xff": ("a picture (JPEG)", PUT_EXPORT),
    b"\x7fELF": ("a program", PUT_EXPORT),
}


def refuse_unreadable(head: bytes) -> None:
    """Refuse a file for what its first bytes say it is.

    Raises:
        ExportRefusedError: No reader takes such a file.
    """
    for begins, (name, what_to_do) in UNREADABLE.items():
        if head.startswith(begins):
            raise ExportRefusedError(f"the file is {name}", what_to_do)
