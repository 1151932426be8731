"""Polish: every sentence that a caller hears.

Sums and times stand in the nominative wherever they can, since that is how the grammar gives them.
"""

from ivr.prompts.ids import Prompt

TEXTS = {
    Prompt.BRAND: "{brand}.",
    Prompt.LANGUAGE_CHOICE: "Aby wybrać polski, naciśnij {key}.",
    Prompt.ENTER_PIN: "Wpisz swój PIN.",
    Prompt.ENTER_PIN_HELP: (
        "Wpisz swój PIN. Jest na karcie i na koncie w internecie. Liczba cyfr: {pin_length}."
    ),
    Prompt.PIN_WRONG: "Nieprawidłowy PIN. Wpisz go ponownie.",
    Prompt.PIN_WRONG_AGAIN: "Nieprawidłowy PIN. Sprawdź każdą cyfrę i wpisz wszystkie {pin_length}.",
    Prompt.PIN_WRONG_GOODBYE: (
        "Przepraszamy, nie znaleźliśmy takiego PIN-u. Pomoc znajdziesz na {site}. Do widzenia."
    ),
    Prompt.PIN_ENTRY_PAUSED: (
        "Dla bezpieczeństwa wpisywanie PIN-u z tego telefonu wstrzymano. Spróbuj za {wait}. Do widzenia."
    ),
    Prompt.ALREADY_ON_A_CALL: "To konto prowadzi już rozmowę. Najpierw ją zakończ. Do widzenia.",
    Prompt.ACCOUNT_LOCKED: (
        "To konto jest zablokowane. Aby je odblokować, zaloguj się na {site}. Do widzenia."
    ),
    Prompt.ENTER_NUMBER: "Wpisz numer, potem krzyżyk.",
    Prompt.FIRST_TIME: (
        "Ten telefon jest zarejestrowany. Wpisz numer z kodem kraju, potem naciśnij krzyżyk. "
        "Aby wejść do menu, naciśnij zero, potem krzyżyk."
    ),
    Prompt.CALLING_BACK_COSTS: "Cena tego połączenia to {price} za minutę.",
    Prompt.PRESS_TO_CONNECT: "Aby uzyskać połączenie, naciśnij dowolny klawisz.",
    Prompt.SILENCE: "Proszę wpisać numer, potem krzyżyk.",
    Prompt.SILENCE_AGAIN: (
        "Wpisz zero zero, kod kraju i numer. Potem naciśnij krzyżyk. "
        "Aby wejść do menu, naciśnij zero, potem krzyżyk."
    ),
    Prompt.SILENCE_GOODBYE: "Przepraszamy, nie otrzymaliśmy numeru. Zadzwoń ponownie. Do widzenia.",
    Prompt.USE_KEYS: "Użyj klawiszy telefonu.",
    Prompt.NUMBER_INCOMPLETE: ("Ten numer jest niepełny. Wpisz zero zero, kod kraju i numer, potem krzyżyk."),
    Prompt.NUMBER_BARRED: "Przepraszamy, nie łączymy z tym numerem. Wpisz inny numer, potem krzyżyk.",
    Prompt.SHORT_OF_CREDIT: "Przepraszamy, za mało środków na to połączenie.",
    Prompt.SHORT_CHOICE: "Aby wybrać inny numer, naciśnij jeden. Aby użyć kuponu, naciśnij dwa.",
    Prompt.EMERGENCY: "Nie łączymy z numerami alarmowymi. Rozłącz się teraz i wybierz {numbers}.",
    Prompt.PLACE: "{place}.",
    Prompt.PRICE: "{place}. {price} za minutę.",
    Prompt.FEE: "Plus {fee} za połączenie.",
    Prompt.UP_TO: "Maksymalnie {time}.",
    Prompt.RECORDING_ON: "Rozmowa jest nagrywana.",
    Prompt.MINUTE_LEFT: "Została jedna minuta.",
    Prompt.SECONDS_LEFT: "Zostało piętnaście sekund.",
    Prompt.BUSY: "Ten numer jest zajęty.",
    Prompt.NO_ANSWER: "Nikt nie odbiera.",
    Prompt.CALL_FAILED: "Przepraszamy, nie udało się połączyć.",
    Prompt.TRY_AGAIN: "Aby spróbować ponownie, naciśnij krzyżyk.",
    Prompt.TRY_AGAIN_OR_OTHER: "Aby spróbować ponownie, naciśnij krzyżyk albo wpisz inny numer.",
    Prompt.COST: "Koszt rozmowy: {amount}.",
    Prompt.NOT_CHARGED: "Nie pobrano opłaty.",
    Prompt.ANOTHER_CALL: "Aby zadzwonić znowu, wpisz numer, potem krzyżyk.",
    Prompt.CREDIT_GONE: "Środki się skończyły. Do widzenia.",
    Prompt.OFFER_PINLESS: "Aby z tego telefonu dzwonić bez PIN-u, naciśnij jeden.",
    Prompt.DONE: "Gotowe.",
    Prompt.BALANCE: "Saldo: {amount}.",
    Prompt.NO_CREDIT: "Brak środków.",
    Prompt.MENU: (
        "Aby poznać saldo, naciśnij jeden. Aby użyć kuponu, naciśnij dwa. "
        "Aby wybrać ulubione, naciśnij trzy. Aby zmienić język, naciśnij cztery. Po pomoc naciśnij zero."
    ),
    Prompt.BACK: "Aby wrócić, naciśnij gwiazdkę.",
    Prompt.ENTER_VOUCHER: "Wpisz numer kuponu, potem krzyżyk.",
    Prompt.VOUCHER_ADDED: "Dziękujemy. Doładowanie: {amount}. Saldo: {balance}.",
    Prompt.VOUCHER_UNKNOWN: "Nie rozpoznano kuponu. Wpisz go ponownie.",
    Prompt.VOUCHER_USED: "Ten kupon został już użyty.",
    Prompt.VOUCHER_PAUSED: "Za dużo prób. Spróbuj ponownie za godzinę.",
    Prompt.TOP_UP_OFFER: (
        "Doładowanie z zapisanego PayPal, {amount}: naciśnij jeden. Aby użyć kuponu, naciśnij dwa."
    ),
    Prompt.ONE_MOMENT: "Proszę chwilę poczekać.",
    Prompt.TOP_UP_LATER: "PayPal potrzebuje więcej czasu. Powiadomimy mailem.",
    Prompt.TOP_UP_DECLINED: "Przepraszamy, to się nie udało. Doładuj konto na {site}.",
    Prompt.SPEED_DIALS: "Aby zapisać ostatni numer, naciśnij jeden. Aby usłyszeć ulubione, naciśnij dwa.",
    Prompt.SPEED_DIAL_SAVED: "Zapisano. Aby tam zadzwonić, naciśnij {key}, potem krzyżyk.",
    Prompt.SPEED_DIALS_FULL: "Wszystkie ulubione są zajęte. Zwolnij miejsce na {site}.",
    Prompt.NOTHING_DIALLED: "Nie było jeszcze żadnego połączenia.",
    Prompt.SPEED_DIAL: "{key}, {name}.",
    Prompt.SPEED_DIALS_MORE: "Aby usłyszeć więcej, naciśnij jeden.",
    Prompt.SPEED_DIALS_NONE: "Nie masz ulubionych numerów.",
    Prompt.HELP: (
        "Aby usłyszeć, jak dzwonić, naciśnij jeden. Aby się z nami skontaktować, naciśnij dwa. "
        "Aby dostać nowy PIN, naciśnij trzy."
    ),
    Prompt.HELP_CALLING: (
        "Wpisz zero zero, kod kraju i numer, potem krzyżyk. "
        "Sam krzyżyk wybiera ostatni numer. Gwiazdka kasuje wpisane cyfry."
    ),
    Prompt.HELP_PHONE: "Zadzwoń do nas: {support} lub odwiedź {site}.",
    Prompt.HELP_SITE: "Pomoc znajdziesz na {site}.",
    Prompt.NEW_PIN_CHOICE: "Aby dostać nowy PIN, naciśnij jeden. Stary od razu przestanie działać.",
    Prompt.NEW_PIN: "Twój nowy PIN to {pin}.",
    Prompt.NEW_PIN_AGAIN: "Powtarzam. {pin}.",
    Prompt.FAULT: "Przepraszamy, mamy awarię. Spróbuj ponownie za kilka minut. Do widzenia.",
    Prompt.PHONE_CODE: "Twój kod {brand} to {code}. Nie podawaj go nikomu.",
    Prompt.TEXT_RATE: "{place}: {price} za minutę. Maksymalny czas rozmowy: {time}.",
    Prompt.TEXT_NO_RATE: "Nie łączymy z tym numerem.",
    Prompt.TEXT_ACCESS: "Zadzwoń pod {numbers}, potem wpisz wybrany numer.",
    Prompt.TEXT_HELP: "Wyślij BALANCE, RATE i numer albo ACCESS.",
}
