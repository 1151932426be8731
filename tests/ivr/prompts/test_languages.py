"""Spanish, French, Polish and Urdu say sums, times and keys as people there do."""

from decimal import Decimal

import pytest

from ivr.prompts import speech

MONEY = {
    "es": """
        0.00 GBP cero peniques
        0.01 GBP un penique
        0.40 GBP cuarenta peniques
        1.00 GBP una libra
        8.40 GBP ocho libras con cuarenta
        8.05 GBP ocho libras y cinco peniques
        21.00 GBP veintiuna libras
        31.00 GBP treinta y una libras
        200.00 GBP doscientas libras
        21.00 USD veintiún dólares
        101.00 USD ciento un dólares
        2.02 USD dos dólares y dos centavos
        1.21 EUR un euro con veintiún
        5.00 PLN cinco eslotis
        22.50 PKR veintidós rupias con cincuenta
        1.00 MXN un peso
        1000000.00 MXN un millón de pesos
        500.90 JPY quinientos yenes japoneses
        1.00 SEK una corona sueca
        200.00 SEK doscientas coronas suecas
        8.40 JMD ocho coma cuatro dólares jamaicanos
    """,
    "fr": """
        0.00 GBP zéro penny
        0.01 GBP un penny
        0.40 GBP quarante pence
        1.00 GBP une livre
        8.40 GBP huit livres quarante
        8.05 GBP huit livres et cinq pence
        21.00 GBP vingt et une livres
        80.00 GBP quatre-vingts livres
        81.00 GBP quatre-vingt-une livres
        71.00 USD soixante et onze dollars
        21.00 USD vingt et un dollars
        2.02 USD deux dollars et deux centimes
        1.21 EUR un euro vingt et un
        5.00 PLN cinq zlotys
        22.50 PKR vingt-deux roupies cinquante
        500.90 JPY cinq cents yens japonais
        1.00 SEK une couronne suédoise
        8.40 JMD huit virgule quatre dollars jamaïcains
    """,
    "pl": """
        0.00 GBP zero pensów
        0.01 GBP jeden pens
        0.02 GBP dwa pensy
        0.12 GBP dwanaście pensów
        0.22 GBP dwadzieścia dwa pensy
        1.00 GBP jeden funt
        8.40 GBP osiem funtów czterdzieści
        8.05 GBP osiem funtów i pięć pensów
        21.00 GBP dwadzieścia jeden funtów
        102.00 GBP sto dwa funty
        2.02 USD dwa dolary i dwa centy
        1.00 EUR jedno euro
        2.21 EUR dwa euro dwadzieścia jeden
        1.01 PLN jeden złoty i jeden grosz
        2.22 PLN dwa złote dwadzieścia dwa
        5.00 PLN pięć złotych
        1.00 INR jedna rupia
        22.50 PKR dwadzieścia dwie rupie pięćdziesiąt
        12.00 PKR dwanaście rupii
        1.00 MXN jedno peso
        500.90 JPY pięćset jenów japońskich
        2.00 SEK dwie korony szwedzkie
        8.40 JMD osiem przecinek cztery dolara jamajskiego
    """,
    "ur": """
        0.00 GBP صفر پینس
        0.01 GBP ایک پینی
        0.40 GBP 40 پینس
        1.00 GBP ایک پاؤنڈ
        8.40 GBP آٹھ پاؤنڈ 40 پینس
        8.05 GBP آٹھ پاؤنڈ اور پانچ پینس
        2.02 USD دو ڈالر اور دو سینٹ
        1.21 EUR ایک یورو 21 سینٹ
        1.00 INR ایک روپیہ
        22.50 PKR 22 روپے 50 پیسے
        2.01 PKR دو روپے اور ایک پیسہ
        500.90 JPY 500 جاپانی ین
        8.40 JMD آٹھ اعشاریہ چار جمائیکن ڈالر
    """,
}
PRICES = {
    "es": """
        0.04 GBP cuatro peniques
        0.045 GBP cuatro coma cinco peniques
        0.0105 USD uno coma cero cinco centavos
        0.005 EUR cero coma cinco céntimos
        1.25 EUR un euro con veinticinco
        2.505 PKR dos coma cinco cero cinco rupias
    """,
    "fr": """
        0.04 GBP quatre pence
        0.045 GBP quatre virgule cinq pence
        0.0105 USD un virgule zéro cinq centime
        0.005 EUR zéro virgule cinq centime
        1.25 EUR un euro vingt-cinq
        2.505 PKR deux virgule cinq zéro cinq roupies
    """,
    "pl": """
        0.04 GBP cztery pensy
        0.045 GBP cztery przecinek pięć pensa
        0.0105 USD jeden przecinek zero pięć centa
        0.005 PLN zero przecinek pięć grosza
        1.25 EUR jedno euro dwadzieścia pięć
        2.505 PKR dwa przecinek pięć zero pięć rupii
    """,
    "ur": """
        0.04 GBP چار پینس
        0.045 GBP چار اعشاریہ پانچ پینس
        0.0105 USD ایک اعشاریہ صفر پانچ سینٹ
        1.25 EUR ایک یورو 25 سینٹ
        2.505 PKR دو اعشاریہ پانچ صفر پانچ روپے
    """,
}
TIMES = {
    "es": """
        0 cero segundos
        1 un segundo
        45 cuarenta y cinco segundos
        90 un minuto y treinta segundos
        179 dos minutos
        1319 veintiún minutos
        3600 una hora
        4200 una hora y diez minutos
        7260 dos horas y un minuto
        75600 veintiuna horas
    """,
    "fr": """
        0 zéro seconde
        1 une seconde
        45 quarante-cinq secondes
        90 une minute et trente secondes
        179 deux minutes
        1319 vingt et une minutes
        3600 une heure
        4200 une heure et dix minutes
        75600 vingt et une heures
    """,
    "pl": """
        0 zero sekund
        1 jedna sekunda
        62 jedna minuta i dwie sekundy
        90 jedna minuta i trzydzieści sekund
        179 dwie minuty
        300 pięć minut
        720 dwanaście minut
        1319 dwadzieścia jeden minut
        1320 dwadzieścia dwie minuty
        3600 jedna godzina
        4200 jedna godzina i dziesięć minut
        7260 dwie godziny i jedna minuta
        18000 pięć godzin
    """,
    "ur": """
        0 صفر سیکنڈ
        1 ایک سیکنڈ
        90 ایک منٹ اور 30 سیکنڈ
        179 دو منٹ
        1319 21 منٹ
        3600 ایک گھنٹہ
        4200 ایک گھنٹہ اور 10 منٹ
        7260 دو گھنٹے اور ایک منٹ
    """,
}
LANGUAGES = pytest.mark.parametrize("language", MONEY)


def rows(table: str, columns: int) -> list[list[str]]:
    """The lines of a table: what is given, and the words that are said."""
    return [line.split(maxsplit=columns - 1) for line in table.strip().splitlines()]


@LANGUAGES
def test_money_is_said_as_at_the_counter(language: str) -> None:
    for amount, currency, said in rows(MONEY[language], 3):
        assert speech.money(int(Decimal(amount) * 1_000_000), currency, language) == said


@LANGUAGES
def test_a_price_is_said_to_the_last_decimal(language: str) -> None:
    for amount, currency, said in rows(PRICES[language], 3):
        assert speech.price(int(Decimal(amount) * 1_000_000), currency, language) == said


@LANGUAGES
def test_time_is_said_in_whole_minutes_once_there_are_two(language: str) -> None:
    for seconds, said in rows(TIMES[language], 2):
        assert speech.duration(int(seconds), language) == said


@pytest.mark.parametrize(
    ("language", "keys", "site", "mobile"),
    [
        (
            "es",
            "asterisco seis siete almohadilla más cero",
            "my guion shop dos punto co punto uk",
            "móvil de Pakistán",
        ),
        ("fr", "étoile six sept dièse plus zéro", "my tiret shop deux point co point uk", "Pakistan, mobile"),
        (
            "pl",
            "gwiazdka sześć siedem krzyżyk plus zero",
            "my myślnik shop dwa kropka co kropka uk",
            "Pakistan, komórka",
        ),
        ("ur", "ستارہ چھ سات ہیش پلس صفر", "my ڈیش shop دو ڈاٹ co ڈاٹ uk", "پاکستان موبائل"),
    ],
)
def test_keys_signs_and_places_have_their_names(language: str, keys: str, site: str, mobile: str) -> None:
    assert speech.digits("*67#+0", language) == keys
    assert speech.site("https://my-shop2.co.uk", language) == site
    assert speech.place("PK", language, mobile=True) == mobile


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("es", "uno dos tres cuatro, cinco seis siete ocho"),
        ("fr", "un deux trois quatre, cinq six sept huit"),
        ("pl", "jeden dwa trzy cztery, pięć sześć siedem osiem"),
        ("ur", "ایک دو تین چار، پانچ چھ سات آٹھ"),
    ],
)
def test_many_digits_are_said_in_groups(language: str, said: str) -> None:
    assert speech.in_groups("12345678", language) == said


def test_britain_goes_by_its_everyday_name_in_urdu() -> None:
    assert (speech.place("GB", "ur"), speech.place("US", "ur")) == ("برطانیہ", "امریکہ")
