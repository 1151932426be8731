"""French: every sentence that a caller hears."""

from ivr.prompts.ids import Prompt

TEXTS = {
    Prompt.BRAND: "{brand}.",
    Prompt.LANGUAGE_CHOICE: "Pour le français, tapez {key}.",
    Prompt.ENTER_PIN: "Composez votre code.",
    Prompt.ENTER_PIN_HELP: (
        "Composez votre code PIN à {pin_length} chiffres. Il est sur votre carte et en ligne."
    ),
    Prompt.PIN_WRONG: "Code non reconnu. Composez-le à nouveau.",
    Prompt.PIN_WRONG_AGAIN: "Code non reconnu. Vérifiez chaque chiffre et composez les {pin_length}.",
    Prompt.PIN_WRONG_GOODBYE: (
        "Désolés, nous ne trouvons pas ce code. Pour de l'aide, consultez {site}. Au revoir."
    ),
    Prompt.PIN_ENTRY_PAUSED: (
        "Par sécurité, le code est bloqué sur ce téléphone. Réessayez dans {wait}. Au revoir."
    ),
    Prompt.ALREADY_ON_A_CALL: ("Ce compte est déjà en communication. Terminez d'abord cet appel. Au revoir."),
    Prompt.ACCOUNT_LOCKED: "Ce compte est bloqué. Pour le débloquer, connectez-vous sur {site}. Au revoir.",
    Prompt.ENTER_NUMBER: "Composez le numéro, puis dièse.",
    Prompt.FIRST_TIME: (
        "Ce téléphone est enregistré. Composez le numéro avec l'indicatif du pays, puis tapez dièse. "
        "Pour le menu, tapez zéro, puis dièse."
    ),
    Prompt.CALLING_BACK_COSTS: "Cet appel vous coûte {price} la minute.",
    Prompt.PRESS_TO_CONNECT: "Pour être mis en relation, appuyez sur une touche.",
    Prompt.SILENCE: "Veuillez composer le numéro, puis dièse.",
    Prompt.SILENCE_AGAIN: (
        "Composez zéro zéro, l'indicatif du pays et le numéro. Puis tapez dièse. "
        "Pour le menu, tapez zéro, puis dièse."
    ),
    Prompt.SILENCE_GOODBYE: "Désolés, nous n'avons reçu aucun numéro. Veuillez rappeler. Au revoir.",
    Prompt.USE_KEYS: "Utilisez les touches de votre téléphone.",
    Prompt.NUMBER_INCOMPLETE: (
        "Ce numéro est incomplet. Composez zéro zéro, l'indicatif du pays et le numéro, puis dièse."
    ),
    Prompt.NUMBER_BARRED: (
        "Désolés, nous ne desservons pas ce numéro. Composez un autre numéro, puis dièse."
    ),
    Prompt.SHORT_OF_CREDIT: "Désolés, votre crédit ne suffit pas pour cet appel.",
    Prompt.SHORT_CHOICE: "Pour un autre numéro, tapez un. Pour un coupon, tapez deux.",
    Prompt.EMERGENCY: (
        "Ce service n'appelle pas les urgences. Raccrochez maintenant et composez le {numbers}."
    ),
    Prompt.PLACE: "{place}.",
    Prompt.PRICE: "{place}. {price} la minute.",
    Prompt.FEE: "Plus {fee} pour l'appel.",
    Prompt.UP_TO: "Jusqu'à {time}.",
    Prompt.RECORDING_ON: "L'appel est enregistré.",
    Prompt.MINUTE_LEFT: "Encore une minute.",
    Prompt.SECONDS_LEFT: "Encore quinze secondes.",
    Prompt.BUSY: "Ce numéro est occupé.",
    Prompt.NO_ANSWER: "Pas de réponse.",
    Prompt.CALL_FAILED: "Désolés, cet appel n'a pas abouti.",
    Prompt.TRY_AGAIN: "Pour réessayer, tapez dièse.",
    Prompt.TRY_AGAIN_OR_OTHER: "Pour réessayer, tapez dièse, ou composez un autre numéro.",
    Prompt.COST: "Appel facturé {amount}.",
    Prompt.NOT_CHARGED: "Rien n'a été facturé.",
    Prompt.ANOTHER_CALL: "Pour rappeler, composez le numéro, puis dièse.",
    Prompt.CREDIT_GONE: "Votre crédit est épuisé. Au revoir.",
    Prompt.OFFER_PINLESS: "Pour ne plus composer de code depuis ce téléphone, tapez un.",
    Prompt.DONE: "C'est fait.",
    Prompt.BALANCE: "Vous avez {amount}.",
    Prompt.NO_CREDIT: "Vous n'avez plus de crédit.",
    Prompt.MENU: (
        "Pour le solde, tapez un. Pour un coupon, tapez deux. Pour vos favoris, tapez trois. "
        "Pour la langue, tapez quatre. Pour l'aide, tapez zéro."
    ),
    Prompt.BACK: "Pour revenir, tapez étoile.",
    Prompt.ENTER_VOUCHER: "Composez le numéro du coupon, puis dièse.",
    Prompt.VOUCHER_ADDED: "Merci. Vous avez ajouté {amount}. Vous avez maintenant {balance}.",
    Prompt.VOUCHER_UNKNOWN: "Coupon non reconnu. Composez-le à nouveau.",
    Prompt.VOUCHER_USED: "Ce coupon a déjà été utilisé.",
    Prompt.VOUCHER_PAUSED: "Trop d'essais. Réessayez dans une heure.",
    Prompt.TOP_UP_OFFER: (
        "Pour ajouter {amount} depuis votre PayPal enregistré, tapez un. Pour un coupon, tapez deux."
    ),
    Prompt.ONE_MOMENT: "Un instant, s'il vous plaît.",
    Prompt.TOP_UP_LATER: "PayPal prend un peu plus de temps. Nous vous préviendrons par mail.",
    Prompt.TOP_UP_DECLINED: "Désolés, cela n'a pas été possible. Rechargez sur {site}.",
    Prompt.SPEED_DIALS: (
        "Pour enregistrer le dernier numéro appelé, tapez un. Pour entendre vos favoris, tapez deux."
    ),
    Prompt.SPEED_DIAL_SAVED: "Enregistré. Pour l'appeler, tapez {key}, puis dièse.",
    Prompt.SPEED_DIALS_FULL: "Vos favoris sont au complet. Libérez-en un sur {site}.",
    Prompt.NOTHING_DIALLED: "Vous n'avez encore appelé personne.",
    Prompt.SPEED_DIAL: "{key}, {name}.",
    Prompt.SPEED_DIALS_MORE: "Pour la suite, tapez un.",
    Prompt.SPEED_DIALS_NONE: "Vous n'avez pas de favoris.",
    Prompt.HELP: (
        "Pour savoir comment appeler, tapez un. Pour nous joindre, tapez deux. "
        "Pour un nouveau code, tapez trois."
    ),
    Prompt.HELP_CALLING: (
        "Composez zéro zéro, l'indicatif du pays et le numéro, puis dièse. "
        "Dièse seul rappelle le dernier numéro. Étoile efface la saisie."
    ),
    Prompt.HELP_PHONE: "Appelez-nous au {support}, ou consultez {site}.",
    Prompt.HELP_SITE: "Pour de l'aide, consultez {site}.",
    Prompt.NEW_PIN_CHOICE: "Pour un nouveau code, tapez un. L'ancien cesse aussitôt de fonctionner.",
    Prompt.NEW_PIN: "Votre nouveau code est le {pin}.",
    Prompt.NEW_PIN_AGAIN: "Je répète. {pin}.",
    Prompt.FAULT: "Désolés, nous avons une panne. Réessayez dans quelques minutes. Au revoir.",
    Prompt.PHONE_CODE: "Votre code {brand} est le {code}. Ne le donnez à personne.",
    Prompt.TEXT_RATE: "{place} : {price} la minute. Votre crédit permet jusqu'à {time}.",
    Prompt.TEXT_NO_RATE: "Nous ne desservons pas ce numéro.",
    Prompt.TEXT_ACCESS: "Appelez le {numbers}, puis composez le numéro voulu.",
    Prompt.TEXT_HELP: "Envoyez BALANCE, RATE et un numéro, ou ACCESS.",
}
