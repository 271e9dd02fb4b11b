"""The settings of ``config/publication.yml``: what becomes of versions analysts have read."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class Publication(BaseModel):
    """How published versions are kept.

    Attributes:
        kept_versions: Number of versions kept under ``warehouse/versions/``, the current counted.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kept_versions: Annotated[int, Field(ge=1, le=1000)] = 7
