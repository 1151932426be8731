"""Mistakes that somebody might make: each one changes a few words of the code, and some test must notice."""

from dataclasses import dataclass

HOLDS, TRANSFERS, AUDIT = "app/ledger/holds.py", "app/ledger/transfers.py", "app/ledger/audit.py"
PRICE, ENDINGS, DIALLING = "app/rating/price.py", "app/calls/endings.py", "app/calls/dialling.py"
SWEEP, DOUBTS, VISITS, LOCKOUT, PINS = (
    "app/calls/sweep.py",
    "app/calls/doubts.py",
    "app/calls/visits.py",
    "app/cards/lockout.py",
    "app/cards/pins.py",
)
ROUTES, TWIML, SIGNATURE = "ivr/routes.py", "ivr/twiml.py", "ivr/signature.py"
RECEIPTS, VOUCHERS = "app/payments/receipts.py", "app/cards/vouchers.py"
SCHEMA = "migrations/versions/0001_the_first_schema.py"

LEDGER_TESTS = tuple(f"tests/ledger/test_{name}.py" for name in ("holds", "transfers", "audit", "races"))
PRICE_TESTS = ("tests/rating/test_price.py", "tests/calls/test_credit.py")
CALL_TESTS = ("tests/calls/test_ends.py", "tests/calls/test_credit.py", "tests/calls/test_hanging_up.py")
REPEAT_TESTS = ("tests/ivr/test_repeats.py", "tests/calls/test_ends.py", "tests/calls/test_machine.py")
SWEEP_TESTS = ("tests/calls/test_sweeping.py",)
CARD_TESTS = ("tests/cards",)
MENU_TESTS = ("tests/ivr/test_menu.py",)
DOOR_TESTS = ("tests/ivr/test_doors.py", "tests/test_url_map.py")
FAULT_TESTS = ("tests/ivr/test_faults.py",)
RECEIPT_TESTS = ("tests/payments/test_vat.py", "tests/payments/test_receipts.py")
VOUCHER_TESTS = ("tests/cards/test_vouchers.py",)


@dataclass(frozen=True)
class Mistake:
    """In `file`, `before` becomes `after`; `tests` are those that should notice."""

    name: str
    file: str
    before: str
    after: str
    tests: tuple[str, ...]


MISTAKES = (
    # the ledger
    Mistake(
        "a hold looks at the balance, not at what is available",
        HOLDS,
        'Account.balance - Account.held >= bindparam("amount")',
        'Account.balance >= bindparam("amount")',
        LEDGER_TESTS,
    ),
    Mistake(
        "a hold needs more than it takes",
        HOLDS,
        'Account.balance - Account.held >= bindparam("amount")',
        'Account.balance - Account.held > bindparam("amount")',
        LEDGER_TESTS,
    ),
    Mistake(
        "a hold does not look at credit at all",
        HOLDS,
        '        Account.balance - Account.held >= bindparam("amount"),\n',
        "",
        LEDGER_TESTS,
    ),
    Mistake(
        "a card may have any number of holds",
        HOLDS,
        '        Account.open_holds < bindparam("at_most"),\n',
        "",
        LEDGER_TESTS,
    ),
    Mistake(
        "a card may have one hold too many",
        HOLDS,
        'Account.open_holds < bindparam("at_most")',
        'Account.open_holds <= bindparam("at_most")',
        LEDGER_TESTS,
    ),
    Mistake(
        "a hold can be closed twice: released twice, or settled after release",
        HOLDS,
        '.where(Hold.id == bindparam("hold"), Hold.status == HoldStatus.OPEN)',
        '.where(Hold.id == bindparam("hold"))',
        LEDGER_TESTS,
    ),
    Mistake(
        "settling what was released is answered as if it were paid",
        HOLDS,
        "if row.status != ending:",
        "if False:",
        LEDGER_TESTS,
    ),
    Mistake(
        "a late hang-up becomes the card's debt",
        HOLDS,
        "charge = min(price.micros, closed.amount)",
        "charge = price.micros",
        LEDGER_TESTS,
    ),
    Mistake(
        "a closed hold still counts as open",
        HOLDS,
        "open_holds=Account.open_holds - 1",
        "open_holds=Account.open_holds",
        LEDGER_TESTS,
    ),
    Mistake(
        "a payment has no key of its hold",
        HOLDS,
        'return f"hold:{hold}"',
        'return f"payment:{hold}:{clock.now()}"',
        LEDGER_TESTS,
    ),
    Mistake(
        "a transfer's key is not looked up",
        TRANSFERS,
        'if made := db.execute(_MADE, {"key": key}).one_or_none():',
        "if made := None:",
        LEDGER_TESTS,
    ),
    Mistake(
        "a transfer's key stands for any amount",
        TRANSFERS,
        "if (made.amount, made.source_id, made.target_id) != (amount.micros, source, target):",
        "if (made.source_id, made.target_id) != (source, target):",
        LEDGER_TESTS,
    ),
    Mistake(
        "money moves out of what is on hold",
        TRANSFERS,
        'Account.balance - Account.held >= bindparam("amount")',
        'Account.balance >= bindparam("amount")',
        LEDGER_TESTS,
    ),
    Mistake(
        "two movements lock their cards in the order they name them",
        TRANSFERS,
        "where(Account.id.in_(cards)).order_by(Account.id).with_for_update()",
        "where(Account.id.in_(cards))",
        LEDGER_TESTS,
    ),
    Mistake("the audit forgets the holds", AUDIT, " + _wrong_holds()", "", LEDGER_TESTS),
    Mistake(
        "transfers can be rewritten",
        SCHEMA,
        "for statement in TRANSFERS_ARE_FINAL[op.get_bind().dialect.name]:",
        "for statement in []:",
        LEDGER_TESTS,
    ),
    # the price
    Mistake(
        "a price is rounded down",
        PRICE,
        "return -(-dividend // divisor)",
        "return dividend // divisor",
        PRICE_TESTS,
    ),
    Mistake(
        "a price is a float on its way",
        PRICE,
        "return -(-dividend // divisor)",
        "return int(dividend / divisor + 0.999999)",
        PRICE_TESTS,
    ),
    Mistake(
        "one increment too many",
        PRICE,
        "further = max(0, seconds - rate.first_increment)",
        "further = max(0, seconds - rate.first_increment + 1)",
        PRICE_TESTS,
    ),
    Mistake(
        "the last second of the grace is free too",
        PRICE,
        "seconds < rate.grace",
        "seconds <= rate.grace",
        PRICE_TESTS,
    ),
    Mistake(
        "the grace is charged",
        PRICE,
        "if seconds == 0 or seconds < rate.grace:",
        "if seconds == 0:",
        PRICE_TESTS,
    ),
    Mistake(
        "the time granted is one increment too long",
        PRICE,
        "further // rate.increment * rate.increment",
        "(further // rate.increment + 1) * rate.increment",
        PRICE_TESTS,
    ),
    Mistake(
        "the time granted forgets the fee",
        PRICE,
        "left = (budget - Money(rate.connection_fee, rate.currency)).micros",
        "left = budget.micros",
        PRICE_TESTS,
    ),
    # the call
    Mistake(
        "the ringing is charged",
        ROUTES,
        'else fields.seconds("DialCallDuration")',
        'else (fields.seconds("DialCallDuration") or 0) + 4',
        CALL_TESTS,
    ),
    Mistake(
        "the caller's own time on our line is charged",
        ROUTES,
        'seconds=fields.seconds("CallDuration"), sid=sid, at=at)',
        'seconds=(fields.seconds("CallDuration") or 0) + 9, sid=sid, at=at)',
        CALL_TESTS,
    ),
    Mistake(
        "not bridged is charged all the same",
        ROUTES,
        'seconds = 0 if fields.text("DialBridged") == "false" else',
        "seconds = 0 if False else",
        CALL_TESTS,
    ),
    Mistake(
        "a busy call that names a duration is charged",
        ENDINGS,
        "seconds = ending.seconds or 0 if has_talked else 0",
        "seconds = ending.seconds or 0",
        CALL_TESTS,
    ),
    Mistake(
        "a length that nobody knows is taken for nothing",
        ENDINGS,
        "if _says_too_little(row, ending):",
        "if False:",
        CALL_TESTS,
    ),
    Mistake(
        "the price is that of the end, not that of the beginning",
        ENDINGS,
        "rate = rate_of(row)",
        "rate = rating.find(db.execute(select(Call.number).where(Call.id == call)).scalar_one(), 1)",
        CALL_TESTS,
    ),
    Mistake("a call that is over ends again", ENDINGS, "if row.status not in OPEN:", "if False:", CALL_TESTS),
    Mistake(
        "two signals at once do not wait for each other",
        ENDINGS,
        "    .with_for_update(of=Call)\n",
        "",
        REPEAT_TESTS,
    ),
    Mistake(
        "one second more is dialled than is paid for",
        TWIML,
        "time_limit=reply.call.seconds_max",
        "time_limit=reply.call.seconds_max + 1",
        CALL_TESTS,
    ),
    Mistake(
        "the shortest call is refused",
        DIALLING,
        "if seconds < least(visit.line):",
        "if seconds <= least(visit.line):",
        CALL_TESTS,
    ),
    Mistake(
        "a card's cap is forgotten",
        DIALLING,
        "return min(most, card.call_seconds_max or most)",
        "return most",
        CALL_TESTS,
    ),
    Mistake(
        "a hold's key is the visit's, not the call's",
        DIALLING,
        'key=f"call:{visit.id}:{visit.turn}"',
        'key=f"call:{visit.id}"',
        (*MENU_TESTS, *CALL_TESTS),
    ),
    Mistake(
        "a busy card hears that it has no credit",
        DIALLING,
        "    if card.live_calls - apart >= card.live_calls_max:\n",
        "    if False:\n",
        CALL_TESTS,
    ),
    Mistake(
        "a suspended card goes on dialling",
        DIALLING,
        "if card.status not in {CardStatus.ACTIVE, CardStatus.USED_UP}:",
        "if False:",
        CALL_TESTS,
    ),
    # the visit
    Mistake(
        "an answered turn is answered anew",
        ROUTES,
        "        if visit.answered is not None:\n            return visit.answered\n",
        "",
        REPEAT_TESTS,
    ),
    Mistake(
        "a hang-up does not wait for the number that is being dialled",
        VISITS,
        "    .with_for_update(of=models.Visit)\n",
        "",
        ("tests/calls/test_hanging_up.py",),
    ),
    Mistake(
        "a caller who hangs up starts no question",
        VISITS,
        "    if ended is not None:\n",
        "    if False:\n",
        (*CALL_TESTS, *SWEEP_TESTS),
    ),
    Mistake(
        "any word of the network vouches for a phone",
        VISITS,
        'VOUCHED = ("TN-Validation-Passed-A", "TN-Validation-Passed-B")',
        'VOUCHED = ("TN-Validation-Passed",)',
        MENU_TESTS,
    ),
    Mistake(
        "a PIN is kept with its turn",
        ROUTES,
        "if flow.waiting_at(step).is_secret:",
        "if False:",
        MENU_TESTS,
    ),
    Mistake(
        "a PIN typed where a number was asked for is kept",
        ROUTES,
        '"" if cards.looks_like_a_pin(digits) else digits',
        "digits",
        MENU_TESTS,
    ),
    Mistake(
        "a signal of another visit ends this call",
        ENDINGS,
        "if row is None or not _is_about(row, ending, parent):",
        "if row is None:",
        CALL_TESTS,
    ),
    # the sweeper
    Mistake(
        "two sweepers take the same call",
        DOUBTS,
        "        .with_for_update(skip_locked=True)\n",
        "",
        SWEEP_TESTS,
    ),
    Mistake(
        "a lost call takes the leg of another",
        DOUBTS,
        "if leg.sid not in taken)",
        "if leg.sid)",
        SWEEP_TESTS,
    ),
    Mistake(
        "what the provider does not know is given up as free",
        SWEEP,
        "    if parent is None:\n        return doubts.Answer.UNKNOWN\n",
        "    if parent is None:\n        return Ending(CallStatus.CANCELED, Signal.SWEEPER)\n",
        SWEEP_TESTS,
    ),
    Mistake(
        "one look that finds no leg is believed",
        SWEEP,
        "and not unclaimed and doubt.asked > 0",
        "and not unclaimed",
        SWEEP_TESTS,
    ),
    # PINs
    Mistake(
        "an attempt is counted after the look-up",
        PINS,
        """    attempt.enter()
    asked = {"hashes": every_hash(digits), **attempt.crowd_limits()}
    found = db.execute(_FIND, asked).one_or_none()
""",
        """    asked = {"hashes": every_hash(digits), **attempt.crowd_limits()}
    found = db.execute(_FIND, asked).one_or_none()
    attempt.enter()
""",
        CARD_TESTS,
    ),
    Mistake(
        "one guess too many",
        LOCKOUT,
        "    if row.failures > limit:\n",
        "    if row.failures > limit + 1:\n",
        CARD_TESTS,
    ),
    Mistake(
        "trying prolongs the pause",
        LOCKOUT,
        'filled = (PinGuard.failures + 1 == bindparam("limit"))',
        'filled = (PinGuard.failures + 1 >= bindparam("limit"))',
        CARD_TESTS,
    ),
    Mistake(
        "an attack locks customers out",
        LOCKOUT,
        'return self.crowd == "known" and self.is_first',
        "return False",
        CARD_TESTS,
    ),
    Mistake(
        "a crowd is never locked out",
        PINS,
        "or attempt.is_locked_with(found)",
        "or False",
        CARD_TESTS,
    ),
    Mistake(
        "a void card's PIN is told from a wrong one",
        PINS,
        "if found is None or not card.opens(card.of(found).status) or",
        "if found is None or",
        CARD_TESTS,
    ),
    # the door
    Mistake("anybody may knock", ROUTES, "        abort(403)\n", "        pass\n", DOOR_TESTS),
    Mistake(
        "the signature is checked against what a proxy says",
        SIGNATURE,
        'return f"{settings.public_base_url}{request.path}"',
        'return f"{request.host_url.rstrip(chr(47))}{request.path}"',
        DOOR_TESTS,
    ),
    Mistake(
        "a fault is answered as if all were well",
        ROUTES,
        "return Response(status=404 if isinstance(error, UnknownCall) else 503)",
        "return Response(status=200)",
        FAULT_TESTS,
    ),
    # receipts and vouchers
    Mistake(
        "a receipt leaves a gap",
        RECEIPTS,
        '"last": ReceiptNumber.last + 1',
        '"last": ReceiptNumber.last + 2',
        RECEIPT_TESTS,
    ),
    Mistake(
        "a receipt is shown to everybody",
        RECEIPTS,
        "models.Receipt.customer_id == customer_id,\n        models.Receipt.series",
        "models.Receipt.series",
        RECEIPT_TESTS,
    ),
    Mistake(
        "the VAT of a receipt is rounded down",
        "app/payments/vat.py",
        "+ parts) // (2 * parts)",
        ") // (2 * parts)",
        RECEIPT_TESTS,
    ),
    Mistake(
        "each part of a receipt that goes back is rounded by itself",
        RECEIPTS,
        "tax = min(due.micros - int(before.vat or 0), amount)",
        "tax = vat.split(Money(amount, due.currency), receipt.vat_percent)[1].micros",
        RECEIPT_TESTS,
    ),
    Mistake(
        "a receipt that goes back is taxed at today's rate",
        RECEIPTS,
        "vat.split(so_far, receipt.vat_percent)[1]",
        "vat.split(so_far, config.settings().selling.vat_percent)[1]",
        RECEIPT_TESTS,
    ),
    Mistake(
        "a voucher is redeemed again and again",
        VOUCHERS,
        "_UNUSED = (Voucher.redeemed_at.is_(None), Voucher.voided_at.is_(None))",
        "_UNUSED = (Voucher.voided_at.is_(None),)",
        VOUCHER_TESTS,
    ),
    Mistake(
        "a voucher never expires",
        VOUCHERS,
        "or_(Voucher.expires_at.is_(None), Voucher.expires_at > clock.now())",
        "or_(Voucher.expires_at.is_(None), Voucher.expires_at.is_not(None))",
        VOUCHER_TESTS,
    ),
    Mistake(
        "a voucher is worth as much in any currency",
        VOUCHERS,
        ".where(*usable, Voucher.batch_id.in_(ours))",
        ".where(*usable)",
        VOUCHER_TESTS,
    ),
    Mistake(
        "guesses at vouchers count by customer only",
        VOUCHERS,
        "[BY_CUSTOMER.count(who), BY_ADDRESS.count(address)]",
        "[BY_CUSTOMER.count(who)]",
        VOUCHER_TESTS,
    ),
    Mistake(
        "a new pepper spoils the vouchers that were sold",
        VOUCHERS,
        "Voucher.hash.in_(pins.every_hash(_digits(code)))",
        "Voucher.hash.in_(pins.every_hash(_digits(code))[:1])",
        VOUCHER_TESTS,
    ),
    Mistake(
        "a voucher pays no debt",
        VOUCHERS,
        "    suspension.pay_debts(card_id)\n",
        "",
        VOUCHER_TESTS,
    ),
    Mistake(
        "a wrong voucher is forgotten with its transaction",
        "app/web/vouchers.py",
        "            refused = error\n",
        "            raise\n",
        ("tests/web/test_vouchers.py",),
    ),
)
