"""Everything we say: `id.toml` and `en.toml`, filled in by `catalogue`; `moments` prints times."""

from gateway.words.catalogue import Catalogue, Form, Language, catalogue

__all__ = ["Catalogue", "Form", "Language", "catalogue"]
