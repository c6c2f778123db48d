"""What our categories are called in SP4N-LAPOR, where reports are exchanged with it."""

from collections.abc import Mapping
from functools import cache

from normalizer import wordlists


def lapor_name(category: str) -> str:
    """LAPOR's name for our category, main category first; empty where none was recognised."""
    return _names().get(category, "")


@cache
def _names() -> Mapping[str, str]:
    listed: Mapping[str, str] = wordlists.read_toml("lapor")
    return {key: name for name, keys in listed.items() for key in keys.split()}
