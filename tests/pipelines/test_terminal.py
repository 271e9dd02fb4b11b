"""What a command did stays done when its output cannot be written; the end says so or is quiet."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PRINT = """
from pipelines.terminal import console, shown_if_it_can_be
with shown_if_it_can_be("the night is published"):
    for number in range(20_000):
        console.print(number)
"""


def test_a_full_output_is_told_and_the_command_ends_well():
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-c", PRINT],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 0
    assert done.stderr.strip() == (
        "siyu: the night is published, but the output cannot be written: No space left on device."
    )


@pytest.mark.parametrize("read", [0, 2])
def test_a_reader_who_leaves_ends_the_output_quietly(read):
    ours, theirs = os.pipe()
    command = [sys.executable, "-c", PRINT]
    with subprocess.Popen(command, stdout=theirs, stderr=subprocess.PIPE, text=True) as process:
        os.close(theirs)
        os.read(ours, read)
        os.close(ours)
        assert process.communicate()[1] == ""
    assert process.returncode == 0
