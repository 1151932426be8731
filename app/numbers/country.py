"""Countries by name, as they are said."""

import re
from functools import lru_cache

from babel import Locale, UnknownLocaleError


@lru_cache(maxsize=1024)
def country_name(region: str, language: str = "en") -> str:
    """What people call the region in this language ("en-GB", "fr"); the code itself when nobody knows it.

    Asides are left out, since the name is spoken: Myanmar, not Myanmar (Burma).
    """
    try:
        names = Locale.parse(language, sep="-").territories
    except (UnknownLocaleError, ValueError):
        names = Locale("en").territories
    name = names.get(region.upper(), region)
    return re.sub(r" \(.*\)| SAR China$", "", name).replace(" - ", " ")
