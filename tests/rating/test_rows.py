"""A rate deck is read as carriers write it; what is wrong with it is said by line and reason."""

from datetime import date
from pathlib import Path

import pytest

from app.errors import DeckRefused
from app.rating import reading
from app.rating.models import ALWAYS
from app.rating.rows import FIELDS, GoodRow, Refusal, Rows

HEADER = "prefix,destination,per_minute,connection_fee,first_increment,increment,grace,effective_from,blocked"


def rows_of(text: str, *, named: dict[str, str] | None = None, currency: str = "USD") -> Rows:
    """The rows of a file with this text, read to its end."""
    lines = iter([(number, line) for number, line in enumerate(text.splitlines(), start=1) if line])
    return Rows(lines, currency=currency, named=named or {})


def read(rows: Rows) -> tuple[list[GoodRow], list[Refusal]]:
    return list(rows), rows.refused


def only(text: str, **options: str) -> dict[str, object]:
    """The only row of a file of which nothing is refused."""
    [row], refused = read(rows_of(text, named=options))
    assert refused == []
    return dict(zip(FIELDS, row, strict=True))


def reason(line: str, header: str = HEADER) -> str:
    """Why the first line after the header is refused."""
    good, [refusal] = read(rows_of(f"{header}\n{line}\n"))
    assert good == []
    assert refusal.line == 2
    return refusal.reason


@pytest.mark.parametrize(
    ("line", "why"),
    [
        pytest.param("*1003,A,0.1,,,,,,", "'*1003' is not made of digits", id="star code"),
        pytest.param("5.41144E+11,A,0.1,,,,,,", "mangled by a spreadsheet", id="spreadsheet"),
        pytest.param("5E+11,A,0.1,,,,,,", "mangled by a spreadsheet", id="spreadsheet, short"),
        pytest.param("937.0,A,0.1,,,,,,", "mangled by a spreadsheet", id="decimal prefix"),
        pytest.param(",A,0.1,,,,,,", "prefix is empty", id="no prefix"),
        pytest.param("93 7,A,0.1,,,,,,", "not made of digits", id="blank in the prefix"),
        pytest.param("٣٤,A,0.1,,,,,,", "not made of digits", id="digits of another script"),
        pytest.param("-93,A,0.1,,,,,,", "not made of digits", id="negative prefix"),
        pytest.param("=93,A,0.1,,,,,,", "not made of digits", id="formula as prefix"),
        pytest.param("9\0003,A,0.1,,,,,,", "not made of digits", id="NUL in the prefix"),
        pytest.param("1234567890123456,A,0.1,,,,,,", "16 digits: a number has at most 15", id="too long"),
        pytest.param("93,,0.1,,,,,,", "destination is empty", id="no destination"),
        pytest.param("93,=1+1,0.1,,,,,,", "destination is a formula: '=1+1'", id="formula"),
        pytest.param("93,@SUM(A1),0.1,,,,,,", "destination is a formula", id="formula with @"),
        pytest.param("93,A\0B,0.1,,,,,,", "cannot be printed", id="NUL in the destination"),
        pytest.param("93,A\u202eB,0.1,,,,,,", "cannot be printed", id="text turned around"),
        pytest.param(f"93,{'A' * 101},0.1,,,,,,", "more than 100 characters", id="long destination"),
        pytest.param("93,A,,,,,,,", "'' is not an amount", id="no price"),
        pytest.param("93,A,-0.1,,,,,,", "price -0.1 is negative", id="negative"),
        pytest.param("93,A,NaN,,,,,,", "'NaN' is not an amount", id="NaN"),
        pytest.param("93,A,inf,,,,,,", "'inf' is not an amount", id="inf"),
        pytest.param("93,A,1e9,,,,,,", "'1e9' is not an amount", id="exponent"),
        pytest.param("93,A,0.1234567,,,,,,", "at most six decimals", id="seven decimals"),
        pytest.param("93,A,1000.01,,,,,,", "beyond belief: at most 1000", id="absurd"),
        pytest.param("93,A,=1+1,,,,,,", "'=1+1' is not an amount", id="formula as price"),
        pytest.param("93,A,$0.10,,,,,,", "is not an amount", id="currency sign"),
        pytest.param('93,A,"0,10",,,,,,', "is not an amount", id="decimal comma among commas"),
        pytest.param("93,A,0.1,-1,,,,,", "connection fee -1 is negative", id="negative fee"),
        pytest.param("93,A,0.1,Blocked,,,,,", "connection fee is no price", id="blocked fee"),
        pytest.param("93,A,0.1,,0,,,,", "first increment '0' is not whole seconds", id="first increment 0"),
        pytest.param("93,A,0.1,,,0,,,", "increment '0' is not whole seconds", id="increment 0"),
        pytest.param("93,A,0.1,,,-6,,,", "increment '-6' is not whole seconds", id="increment -6"),
        pytest.param("93,A,0.1,,,1.5,,,", "increment '1.5' is not whole seconds", id="increment 1.5"),
        pytest.param("93,A,0.1,,,3601,,,", "from 1 to 3600", id="increment of an hour and a second"),
        pytest.param("93,A,0.1,,,60/0,,,", "increment '0' is not whole seconds", id="60/0"),
        pytest.param("93,A,0.1,,,60/,,,", "'60/' are not two as in 60/60", id="60/"),
        pytest.param("93,A,0.1,,30,60/60,,,", "'30 60/60' are not two", id="30 and 60/60"),
        pytest.param("93,A,0.1,,,,-1,,", "grace '-1' is not whole seconds from 0", id="negative grace"),
        pytest.param("93,A,0.1,,,,0000099999,,", "grace '0000099999' is not", id="grace of a day"),
        pytest.param("93,A,0.1,,,,,2026-02-30,", "'2026-02-30' is not a day", id="30 February"),
        pytest.param("93,A,0.1,,,,,01/02/2026,", "write it as in 2026-01-31", id="ambiguous day"),
        pytest.param("93,A,0.1,,,,,2026-01-31 12:00,", "is not a day", id="noon"),
        pytest.param("93,A,0.1,,,,,,maybe", "blocked is 'maybe': write yes or no", id="perhaps blocked"),
        pytest.param("93,A,0.1", "the line has 3 fields, the header 9", id="too few fields"),
        pytest.param("93,A,0.1,,,,,,,", "the line has 10 fields, the header 9", id="too many fields"),
        pytest.param('93,"A,0.1,,,,,,', "quotation marks do not pair", id="quote without end"),
        pytest.param('93,"A"B,0.1,,,,,,', "quotation marks do not pair", id="text after a quote"),
    ],
)
def test_a_bad_row_is_refused_with_its_reason(line: str, why: str) -> None:
    assert why in reason(line)


@pytest.mark.parametrize(
    ("line", "meaning"),
    [
        pytest.param("93,A,0.45,,,,,,", {"per_minute": 450_000, "blocked": False}, id="plain"),
        pytest.param("+93,A,0.45,,,,,,", {"prefix": "93"}, id="plus"),
        pytest.param(" 93 , A  B , 0.45 ,,,,,,", {"prefix": "93", "destination": "A B"}, id="blanks"),
        pytest.param('93,"A, B",0.45,,,,,,', {"destination": "A, B"}, id="quoted comma"),
        pytest.param('"93", "A ""B""","0.45",,,,,,', {"destination": 'A "B"'}, id="quotes in quotes"),
        pytest.param("93,-A,0.45,,,,,,", {"destination": "-A"}, id="dash"),
        pytest.param("93,'=A,0.45,,,,,,", {"destination": "=A"}, id="neutralised formula"),
        pytest.param("93,'s-Hertogenbosch,0.45,,,,,,", {"destination": "'s-Hertogenbosch"}, id="apostrophe"),
        pytest.param("93,A,0.000001,,,,,,", {"per_minute": 1}, id="a millionth"),
        pytest.param("93,A,1000,1000,,,,,", {"per_minute": 10**9, "connection_fee": 10**9}, id="dear"),
        pytest.param("93,A,bLocked,,,,,,", {"per_minute": 0, "blocked": True}, id="blocked"),
        pytest.param("93,A,,,,,,,yes", {"per_minute": 0, "blocked": True}, id="blocked, no price"),
        pytest.param("93,A,0.45,,,,,,1", {"per_minute": 450_000, "blocked": True}, id="blocked, priced"),
        pytest.param("93,A,0.45,,,,,,", {"first_increment": 1, "increment": 1, "grace": 0}, id="by seconds"),
        pytest.param("93,A,0.45,,30,6,5,,", {"first_increment": 30, "increment": 6, "grace": 5}, id="30/6"),
        pytest.param("93,A,0.45,,,60,,,", {"first_increment": 60, "increment": 60}, id="increment alone"),
        pytest.param("93,A,0.45,,60,,,,", {"first_increment": 60, "increment": 1}, id="first alone"),
        pytest.param("93,A,0.45,,,60/6,,,", {"first_increment": 60, "increment": 6}, id="both in one"),
        pytest.param("93,A,0.45,,60 / 6,,,,", {"first_increment": 60, "increment": 6}, id="both in first"),
        pytest.param("93,A,0.45,,,,,,", {"effective_from": ALWAYS}, id="always"),
        pytest.param("93,A,0.45,,,,,2026-12-01,", {"effective_from": date(2026, 12, 1)}, id="a day"),
        pytest.param("93,A,1,,,,,2026-12-01 00:00:00,", {"effective_from": date(2026, 12, 1)}, id="midnight"),
    ],
)
def test_a_good_row_means_what_it_says(line: str, meaning: dict[str, object]) -> None:
    row = only(f"{HEADER}\n{line}\n")
    assert meaning.items() <= row.items()


@pytest.mark.parametrize(
    "header",
    [
        "Prefix,Destination,Per_Minute",
        "Code,Country,Price",
        "Dial Code,Name,Rate",
        "DialCode,Description,Initial Rate per Minute",
        "Destination Code,Destination Name,Rate Per Minute",
        '"PREFIX","DESTINATION","price/minute"'.replace("price/minute", "Price Per Minute"),
        "  Code , Country ,  RATE/MIN ",
        "Code;Country;Price",
        "Code\tCountry\tPrice",
        "Code|Country|Price",
        '"Code";"Country";"Price"',
    ],
)
def test_the_usual_names_of_columns_are_known(header: str) -> None:
    delimiter = next((mark for mark in ";\t|" if mark in header), ",")
    row = only(f"{header}\n{delimiter.join(['93', 'A', '0.45'])}\n")
    assert (row["prefix"], row["destination"], row["per_minute"]) == ("93", "A", 450_000)


def test_increments_and_fees_have_usual_names_too() -> None:
    row = only(
        "Code,Country,Price,Connect Fee,Interval 1,Interval N,Effective Date\n93,A,1,0.5,30,6,2026-12-01\n"
    )
    assert (row["connection_fee"], row["first_increment"], row["increment"]) == (500_000, 30, 6)
    assert row["effective_from"] == date(2026, 12, 1)


def test_other_names_are_said() -> None:
    row = only("Ziel,Vorwahl,Preis\nA,93,0.45\n", prefix="vorwahl", destination="Ziel", per_minute="Preis")
    assert (row["prefix"], row["destination"], row["per_minute"]) == ("93", "A", 450_000)
    row = only("Code,Country,Rate,Sell\n93,A,0.45,0.60\n", per_minute="Sell")
    assert row["per_minute"] == 600_000
    with pytest.raises(DeckRefused, match="no column 'Kosten', only 'Ziel' and 'Vorwahl'"):
        rows_of("Ziel,Vorwahl\n", named={"prefix": "Vorwahl", "per_minute": "Kosten"})
    with pytest.raises(DeckRefused, match="no column 'preis', only prefix, destination"):
        rows_of("Ziel,Vorwahl\n", named={"preis": "Vorwahl"})


def test_of_several_names_the_most_exact_is_the_destination() -> None:
    assert only("Country,Destination,Code,Price\nA,A-Mobile,93,1\n")["destination"] == "A-Mobile"


@pytest.mark.parametrize(
    ("header", "why"),
    [
        pytest.param("Code,Country", "no column for per_minute", id="no price"),
        pytest.param("93,Afghanistan,0.45", "no column for prefix, destination, per_minute", id="no header"),
        pytest.param("Code,Country,Rate,Price", "'Price' and 'Rate' could each be per", id="two prices"),
        pytest.param("Code,Code,Country,Rate", "'Code' and 'Code' could each be prefix", id="two prefixes"),
        pytest.param('"Code,Country', "quotation marks do not pair", id="quote without end"),
        pytest.param("   ", "empty", id="blank"),
    ],
)
def test_a_header_that_leaves_doubts_refuses_the_file(header: str, why: str) -> None:
    with pytest.raises(DeckRefused, match=why):
        rows_of(f"{header}\n93,A,0.45,1\n")


def test_a_prefix_has_one_price_a_day() -> None:
    text = "code,name,price,effective\n93,A,1,\n93,B,2,\n93,C,3,2026-12-01\n+93,D,4,2026-12-01\n093,E,5,\n"
    good, refused = read(rows_of(text))
    assert [row[1] for row in good] == ["A", "C", "E"]
    assert refused == [
        Refusal(3, "the prefix 93 is priced in line 2 already"),
        Refusal(5, "the prefix 93 is priced in line 4 already"),
    ]


def test_a_second_price_must_be_the_first_or_the_prefix_blocked() -> None:
    header = "code,country,initial rate per minute,increment rate per minute"
    assert "first minute is 0.33, further ones 0.1" in reason("93,A,0.33,0.1", header)
    assert "further ones Blocked" in reason("93,A,0.33,Blocked", header)
    assert "further price is no price" in reason("93,A,0.33,much", header)
    assert only(f"{header}\n93,A,0.3,0.30\n")["per_minute"] == 300_000
    assert only(f"{header}\n93,A,0.3,\n")["per_minute"] == 300_000
    assert only(f"{header}\n59951,A,Blocked,0.2\n")["blocked"] is True


def test_only_the_first_time_of_day_is_loaded() -> None:
    header = "code,country,price,time of day"
    good, refused = read(rows_of(f"{header}\n93,A,1,peak\n93,A,2,off-peak\n94,A,3,Peak\n95,A,1,\n"))
    assert [row[0] for row in good] == ["93", "94"]
    assert [refusal.line for refusal in refused] == [3, 5]
    assert "'off-peak', first it was 'peak'" in refused[0].reason


def test_a_price_in_another_currency_is_refused() -> None:
    good, refused = read(rows_of("code,country,price,currency\n93,A,1,usd\n94,A,1,EUR\n"))
    assert [row[0] for row in good] == ["93"]
    assert refused == [Refusal(3, "the price is in 'EUR', the deck in USD")]


def test_a_decimal_comma_is_read_where_semicolons_separate() -> None:
    row = only("code;country;price;connection fee\n93;A;0,45;0,1\n")
    assert (row["per_minute"], row["connection_fee"]) == (450_000, 100_000)
    assert "is not an amount" in reason("93;A;1,000.50", "code;country;price")


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("code,country,price\n225,Côte d’Ivoire,1\n".encode(), id="UTF-8"),
        pytest.param("code,country,price\r\n225,Côte d’Ivoire,1\r\n".encode("utf-8-sig"), id="mark, CRLF"),
        pytest.param("code,country,price\r225,Côte d’Ivoire,1".encode(), id="CR, no last line end"),
        pytest.param("\n  \ncode,country,price\n\n225,Côte d’Ivoire,1\n\n".encode(), id="blank lines"),
        pytest.param("code,country,price\n225,Côte d’Ivoire,1\n".encode("cp1252"), id="Windows-1252"),
        pytest.param("code\tcountry\tprice\r\n225\tCôte d’Ivoire\t1\r\n".encode("utf-16"), id="UTF-16, tabs"),
    ],
)
def test_a_file_is_read_whatever_program_wrote_it(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "deck.csv"
    path.write_bytes(content)
    with reading.opened(path) as text:
        [row], refused = read(Rows(reading.lines(text), currency="USD", named={}))
    assert row[:2] == ("225", "Côte d’Ivoire")
    assert refused == []


def test_bytes_of_no_alphabet_refuse_their_row_only(tmp_path: Path) -> None:
    path = tmp_path / "deck.csv"
    path.write_bytes(b"code,country,price\n93,A\x81,1\n\xff94,B,1\n95,C,\xfe1\n96,D,1\n")
    with reading.opened(path) as text:
        good, refused = read(Rows(reading.lines(text), currency="USD", named={}))
    assert [row[0] for row in good] == ["96"]
    assert [refusal.line for refusal in refused] == [2, 3, 4]
    assert "neither UTF-8 nor Windows-1252" in refused[0].reason
    for refusal in refused:
        refusal.reason.encode()  # or no terminal could show it


def test_a_line_without_end_is_no_rate_deck(tmp_path: Path) -> None:
    path = tmp_path / "deck.csv"
    path.write_text("code,country,price\n" + "9" * 20_000)
    with (
        reading.opened(path) as text,
        pytest.raises(DeckRefused, match="line 2 has 10000 characters"),
    ):
        read(Rows(reading.lines(text), currency="USD", named={}))
