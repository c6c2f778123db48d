"""What the operator's settings put into texts."""

from gateway.configuration.settings import Settings


class Operators:
    """The placeholders that are the same for everybody."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @property
    def tracker(self) -> str:
        """The tracker as it stands in a text."""
        return self._settings.tracker

    @property
    def service(self) -> str:
        """Who speaks."""
        return self._settings.service_name

    @property
    def hours(self) -> str:
        """When people read."""
        opening = self._settings.opening
        return f"{opening.opens:%H.%M}-{opening.closes:%H.%M}"

    @property
    def emergency(self) -> str:
        """The number for danger to life."""
        return self._settings.emergency.general

    @property
    def women(self) -> str:
        """The number for violence against women and children."""
        return self._settings.emergency.women_and_children

    @property
    def women_chat(self) -> str:
        """The same, for writing."""
        return self._settings.emergency.women_and_children_chat
