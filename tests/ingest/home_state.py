"""Every file of a home, to compare what two runs left."""

from siyu.home import Home


def state_of(home: Home) -> dict[str, bytes]:
    """Every file of landing and quarantine."""
    folders = (home.landing, home.quarantine)
    return {
        str(path.relative_to(home.root)): path.read_bytes()
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def lasting(state: dict[str, bytes]) -> dict[str, bytes]:
    """A state without what is only remembered of files to spare looking into them."""
    registers = {"landing/_hashes.json", "landing/_landed.json"}
    return {file: content for file, content in state.items() if file not in registers}
