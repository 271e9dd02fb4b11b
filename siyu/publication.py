"""The settings of ``config/publication.yml``: what becomes of versions analysts have read."""

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from siyu.config_file import load_config


class Publication(BaseModel):
    """How published versions are kept.

    Attributes:
        kept_versions: Number of versions kept under ``warehouse/versions/``, the current counted.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kept_versions: Annotated[int, Field(ge=1, le=1000)] = 7


def load_publication(path: Path) -> Publication:
    """Read the settings; a brand's config made before there were any has the defaults.

    Raises:
        ConfigError: The file does not fit.
    """
    return load_config(path, Publication) if path.exists() else Publication()
