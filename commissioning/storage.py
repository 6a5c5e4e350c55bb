"""Static files under names that change with their content, so that a browser may keep them for ever."""

from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage


def _without_source_maps(patterns: tuple[Any, ...]) -> tuple[Any, ...]:
    """Django's patterns of references to follow, less those that name a source map."""
    return tuple((files, tuple(found for found in references if "sourceMappingURL" not in str(found))) for files, references in patterns)


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """Hashed and compressed at deployment. The NHS.UK CSS names source maps that its package does not carry; they are not followed."""

    patterns = _without_source_maps(CompressedManifestStaticFilesStorage.patterns)
