"""Network libraries kept from logging what they send: addresses and headers hold secrets."""

import logging

LIBRARIES = ("httpx", "httpcore", "botocore", "aiobotocore", "s3fs", "fsspec", "paramiko")


def quiet_libraries() -> None:
    """Let only warnings of the network libraries through, whatever the root logger is set to.

    httpx logs every address, and WeCom wants secret and token in the address; botocore and
    paramiko log what they sign and negotiate.
    """
    for library in LIBRARIES:
        logging.getLogger(library).setLevel(logging.WARNING)
