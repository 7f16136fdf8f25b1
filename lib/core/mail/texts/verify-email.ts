import type { TextsByLanguage } from "./text.ts";

/** The mail that asks an address's owner to confirm it, or to say that this was not them. */
export const verifyEmailTexts = {
  en: {
    subject: "Confirm your e-mail address for {product}",
    intro: "Somebody signed up for {product} with this e-mail address. If it was you, please confirm it.",
    button: "Confirm e-mail address",
    note: "The link works once, for 24 hours.",
    aside: "This was not you? Then delete that account, and your address is free again:",
    asideLink: "This was not me",
  },
  fr: {
    subject: "Confirmez votre adresse e-mail pour {product}",
    intro:
      "Quelqu’un s’est inscrit à {product} avec cette adresse e-mail. Si c’était vous, veuillez la confirmer.",
    button: "Confirmer l’adresse e-mail",
    note: "Le lien ne fonctionne qu’une fois, pendant 24 heures.",
    aside: "Ce n’était pas vous\u202f? Supprimez ce compte\u202f; votre adresse sera de nouveau libre\u00a0:",
    asideLink: "Ce n’était pas moi",
  },
  de: {
    subject: "Bestätigen Sie Ihre E-Mail-Adresse für {product}",
    intro:
      "Jemand hat sich mit dieser E-Mail-Adresse bei {product} registriert. Wenn Sie das waren, bestätigen Sie die Adresse bitte.",
    button: "E-Mail-Adresse bestätigen",
    note: "Der Link funktioniert nur einmal und ist 24 Stunden lang gültig.",
    aside: "Sie waren das nicht? Dann löschen Sie dieses Konto; Ihre Adresse ist danach wieder frei:",
    asideLink: "Das war ich nicht",
  },
  es: {
    subject: "Confirme su dirección de correo electrónico para {product}",
    intro:
      "Alguien se registró en {product} con esta dirección de correo electrónico. Si fue usted, confírmela, por favor.",
    button: "Confirmar la dirección",
    note: "El enlace funciona una sola vez, durante 24 horas.",
    aside: "¿No fue usted? Elimine esa cuenta; su dirección quedará libre de nuevo:",
    asideLink: "No fui yo",
  },
  it: {
    subject: "Conferma il tuo indirizzo e-mail per {product}",
    intro: "Qualcuno si è registrato su {product} con questo indirizzo e-mail. Se sei stato tu, confermalo.",
    button: "Conferma l’indirizzo e-mail",
    note: "Il link funziona una sola volta, per 24 ore.",
    aside: "Non sei stato tu? Elimina quell’account; il tuo indirizzo tornerà libero:",
    asideLink: "Non sono stato io",
  },
  pt: {
    subject: "Confirme o seu endereço de e-mail para {product}",
    intro:
      "Alguém se registou em {product} com este endereço de e-mail. Se o registo foi feito por si, confirme o endereço, por favor.",
    button: "Confirmar o endereço de e-mail",
    note: "O link só funciona uma vez, durante 24 horas.",
    aside: "O registo não foi feito por si? Elimine essa conta; o seu endereço ficará novamente livre:",
    asideLink: "Não fui eu",
  },
} as const satisfies TextsByLanguage;
