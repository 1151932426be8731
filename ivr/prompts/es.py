"""Spanish: every sentence that a caller hears."""

from ivr.prompts.ids import Prompt

TEXTS = {
    Prompt.BRAND: "{brand}.",
    Prompt.LANGUAGE_CHOICE: "Para español, pulse {key}.",
    Prompt.ENTER_PIN: "Marque su PIN.",
    Prompt.ENTER_PIN_HELP: (
        "Marque su PIN de {pin_length} cifras. Está en su tarjeta y en su cuenta en línea."
    ),
    Prompt.PIN_WRONG: "No reconocemos ese PIN. Márquelo otra vez.",
    Prompt.PIN_WRONG_AGAIN: "No reconocemos ese PIN. Revise cada cifra y marque las {pin_length}.",
    Prompt.PIN_WRONG_GOODBYE: "Lo sentimos, no encontramos ese PIN. Para ayuda, visite {site}. Adiós.",
    Prompt.PIN_ENTRY_PAUSED: (
        "Por su seguridad, el PIN está bloqueado desde este teléfono. Inténtelo en {wait}. Adiós."
    ),
    Prompt.ALREADY_ON_A_CALL: "Esta cuenta ya está en una llamada. Termínela primero. Adiós.",
    Prompt.ACCOUNT_LOCKED: "Esta cuenta está bloqueada. Para desbloquearla, entre en {site}. Adiós.",
    Prompt.ENTER_NUMBER: "Marque el número y almohadilla.",
    Prompt.FIRST_TIME: (
        "Teléfono registrado. Marque el número con el código del país y pulse almohadilla. "
        "Para el menú, pulse cero y almohadilla."
    ),
    Prompt.CALLING_BACK_COSTS: "Esta llamada le cuesta {price} por minuto.",
    Prompt.PRESS_TO_CONNECT: "Para hablar, pulse cualquier tecla.",
    Prompt.SILENCE: "Por favor, marque el número y almohadilla.",
    Prompt.SILENCE_AGAIN: (
        "Marque cero cero, código del país y número. Luego pulse almohadilla. "
        "Para el menú, pulse cero y almohadilla."
    ),
    Prompt.SILENCE_GOODBYE: "Lo sentimos, no recibimos ningún número. Vuelva a llamar. Adiós.",
    Prompt.USE_KEYS: "Use las teclas de su teléfono.",
    Prompt.NUMBER_INCOMPLETE: (
        "Ese número no está completo. Marque cero cero, código del país, número y almohadilla."
    ),
    Prompt.NUMBER_BARRED: (
        "Lo sentimos, no conectamos llamadas a ese número. Marque otro número y almohadilla."
    ),
    Prompt.SHORT_OF_CREDIT: "Lo sentimos, no hay saldo suficiente para esa llamada.",
    Prompt.SHORT_CHOICE: "Para otro número, pulse uno. Para un cupón, pulse dos.",
    Prompt.EMERGENCY: "Este servicio no llama a emergencias. Cuelgue ahora y marque {numbers}.",
    Prompt.PLACE: "{place}.",
    Prompt.PRICE: "{place}. {price} por minuto.",
    Prompt.FEE: "Más {fee} por la llamada.",
    Prompt.UP_TO: "Hasta {time}.",
    Prompt.RECORDING_ON: "Se está grabando.",
    Prompt.MINUTE_LEFT: "Queda un minuto.",
    Prompt.SECONDS_LEFT: "Quedan quince segundos.",
    Prompt.BUSY: "Ese número está ocupado.",
    Prompt.NO_ANSWER: "No contestan.",
    Prompt.CALL_FAILED: "Lo sentimos, la llamada no se conectó.",
    Prompt.TRY_AGAIN: "Pulse almohadilla para reintentar.",
    Prompt.TRY_AGAIN_OR_OTHER: "Pulse almohadilla para reintentar, o marque otro número.",
    Prompt.COST: "Costó {amount}.",
    Prompt.NOT_CHARGED: "No se le cobró.",
    Prompt.ANOTHER_CALL: "Para otra llamada, marque el número y almohadilla.",
    Prompt.CREDIT_GONE: "Su saldo se ha agotado. Adiós.",
    Prompt.OFFER_PINLESS: "Para llamar sin PIN desde este teléfono, pulse uno.",
    Prompt.DONE: "Hecho.",
    Prompt.BALANCE: "Tiene {amount}.",
    Prompt.NO_CREDIT: "No tiene saldo.",
    Prompt.MENU: (
        "Para el saldo, pulse uno. Para un cupón, pulse dos. Para sus favoritos, pulse tres. "
        "Para el idioma, pulse cuatro. Para ayuda, pulse cero."
    ),
    Prompt.BACK: "Para volver, pulse asterisco.",
    Prompt.ENTER_VOUCHER: "Marque el número del cupón y almohadilla.",
    Prompt.VOUCHER_ADDED: "Gracias. Ha añadido {amount}. Ahora tiene {balance}.",
    Prompt.VOUCHER_UNKNOWN: "No reconocemos ese cupón. Márquelo otra vez.",
    Prompt.VOUCHER_USED: "Ese cupón ya se ha usado.",
    Prompt.VOUCHER_PAUSED: "Demasiados intentos. Vuelva a intentarlo en una hora.",
    Prompt.TOP_UP_OFFER: "Para añadir {amount} de su PayPal guardado, pulse uno. Para un cupón, pulse dos.",
    Prompt.ONE_MOMENT: "Un momento, por favor.",
    Prompt.TOP_UP_LATER: "PayPal tarda un poco más. Le avisaremos por correo.",
    Prompt.TOP_UP_DECLINED: "Lo sentimos, no ha sido posible. Recargue en {site}.",
    Prompt.SPEED_DIALS: "Para guardar el último número, pulse uno. Para oír sus favoritos, pulse dos.",
    Prompt.SPEED_DIAL_SAVED: "Guardado. Para llamarlo, pulse {key} y almohadilla.",
    Prompt.SPEED_DIALS_FULL: "No quedan favoritos libres. Libere uno en {site}.",
    Prompt.NOTHING_DIALLED: "Todavía no ha llamado a nadie.",
    Prompt.SPEED_DIAL: "{key}, {name}.",
    Prompt.SPEED_DIALS_MORE: "Para oír más, pulse uno.",
    Prompt.SPEED_DIALS_NONE: "No tiene favoritos.",
    Prompt.HELP: (
        "Para saber cómo llamar, pulse uno. Para contactarnos, pulse dos. Para un PIN nuevo, pulse tres."
    ),
    Prompt.HELP_CALLING: (
        "Marque cero cero, código del país, número y almohadilla. "
        "Almohadilla sola llama al último número. Asterisco borra lo marcado."
    ),
    Prompt.HELP_PHONE: "Llámenos al {support} o visite {site}.",
    Prompt.HELP_SITE: "Para ayuda, visite {site}.",
    Prompt.NEW_PIN_CHOICE: "Para un PIN nuevo, pulse uno. El anterior deja de valer al instante.",
    Prompt.NEW_PIN: "Su PIN nuevo es {pin}.",
    Prompt.NEW_PIN_AGAIN: "Repito. {pin}.",
    Prompt.FAULT: "Lo sentimos, tenemos una avería. Inténtelo en unos minutos. Adiós.",
    Prompt.PHONE_CODE: "Su código de {brand} es {code}. No lo comparta con nadie.",
    Prompt.TEXT_RATE: "{place}: {price} por minuto. Su saldo alcanza para {time} como máximo.",
    Prompt.TEXT_NO_RATE: "No conectamos llamadas a ese número.",
    Prompt.TEXT_ACCESS: "Llame al {numbers} y marque el número que desea.",
    Prompt.TEXT_HELP: "Envíe BALANCE, RATE y un número, o ACCESS.",
}
