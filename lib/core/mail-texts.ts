/** The words of the verification mail. `{product}` stands for the product's name. */
export interface VerificationTexts {
  readonly subject: string;
  readonly intro: string;
  readonly button: string;
  readonly expiry: string;
  readonly notMe: string;
  readonly notMeLink: string;
}

/** Mail in every language that we have, by its ISO 639-1 code. */
export const mailTexts = {
  en: {
    subject: "Confirm your e-mail address for {product}",
    intro: "Somebody signed up for {product} with this e-mail address. If it was you, please confirm it.",
    button: "Confirm e-mail address",
    expiry: "The link works once, for 24 hours.",
    notMe: "This was not you? Then delete that account; your address is free again:",
    notMeLink: "This was not me",
  },
  fr: {
    subject: "Confirmez votre adresse e-mail pour {product}",
    intro:
      "Quelqu’un s’est inscrit à {product} avec cette adresse e-mail. Si c’était vous, veuillez la confirmer.",
    button: "Confirmer l’adresse e-mail",
    expiry: "Le lien fonctionne une seule fois, pendant 24 heures.",
    notMe: "Ce n’était pas vous ? Supprimez ce compte ; votre adresse sera de nouveau libre :",
    notMeLink: "Ce n’était pas moi",
  },
  de: {
    subject: "Bestätigen Sie Ihre E-Mail-Adresse für {product}",
    intro:
      "Jemand hat sich mit dieser E-Mail-Adresse bei {product} angemeldet. Wenn Sie es waren, bestätigen Sie sie bitte.",
    button: "E-Mail-Adresse bestätigen",
    expiry: "Der Link gilt einmal und 24 Stunden lang.",
    notMe: "Das waren nicht Sie? Dann löschen Sie dieses Konto; Ihre Adresse ist danach wieder frei:",
    notMeLink: "Das war ich nicht",
  },
  es: {
    subject: "Confirme su dirección de correo para {product}",
    intro:
      "Alguien se registró en {product} con esta dirección de correo. Si fue usted, confírmela, por favor.",
    button: "Confirmar la dirección de correo",
    expiry: "El enlace funciona una sola vez, durante 24 horas.",
    notMe: "¿No fue usted? Elimine esa cuenta; su dirección quedará libre de nuevo:",
    notMeLink: "No fui yo",
  },
  it: {
    subject: "Conferma il tuo indirizzo e-mail per {product}",
    intro: "Qualcuno si è registrato a {product} con questo indirizzo e-mail. Se sei stato tu, confermalo.",
    button: "Conferma l’indirizzo e-mail",
    expiry: "Il link funziona una sola volta, per 24 ore.",
    notMe: "Non sei stato tu? Elimina quell’account; il tuo indirizzo tornerà libero:",
    notMeLink: "Non sono stato io",
  },
  pt: {
    subject: "Confirme o seu endereço de e-mail para {product}",
    intro: "Alguém se registou em {product} com este endereço de e-mail. Se foi você, confirme-o, por favor.",
    button: "Confirmar o endereço de e-mail",
    expiry: "O link funciona uma única vez, durante 24 horas.",
    notMe: "Não foi você? Elimine essa conta; o seu endereço ficará livre de novo:",
    notMeLink: "Não fui eu",
  },
} as const satisfies Record<string, VerificationTexts>;
