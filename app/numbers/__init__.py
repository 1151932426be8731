"""What was dialled: keys pressed on a telephone become one E.164 number, or a refusal with a name.

Emergency numbers and short codes are recognised before anything else and never dialled; then international
and national ways of dialling are told apart by the access number's country, and numbers that bill the caller
or nobody in particular (premium, personal, satellite …) are refused unless they are allowed by name. The same
package reads the caller's own number as carriers deliver it, and names countries. It knows nothing of prices.
"""

from app.numbers.caller import caller_id
from app.numbers.country import calling_code, country_name, is_country, readable, region_of
from app.numbers.emergency import emergency_numbers
from app.numbers.freephone import is_freephone
from app.numbers.kinds import Dialled, Kind, NumberRefused, Refusal, Rule
from app.numbers.parse import parse
from app.numbers.places import countries, find_countries, initial, spans_of

__all__ = [
    "Dialled",
    "Kind",
    "NumberRefused",
    "Refusal",
    "Rule",
    "caller_id",
    "calling_code",
    "countries",
    "country_name",
    "emergency_numbers",
    "find_countries",
    "initial",
    "is_country",
    "is_freephone",
    "parse",
    "readable",
    "region_of",
    "spans_of",
]
