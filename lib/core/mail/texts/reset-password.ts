import type { TextsByLanguage } from "./text.ts";

/** The mail with the link that sets a new password. A stranger may have requested it. */
export const resetPasswordTexts = {
  en: {
    subject: "Choose a new password for {product}",
    intro:
      "Somebody asked for a new password for the {product} account with this e-mail address. If it was you, choose one now.",
    button: "Choose a new password",
    note: "The link works once, for 60 minutes.",
    aside: "This was not you? Then you do not need to do anything; the password stays as it is.",
  },
  fr: {
    subject: "Choisissez un nouveau mot de passe pour {product}",
    intro:
      "Quelqu’un a demandé un nouveau mot de passe pour le compte {product} lié à cette adresse e-mail. Si c’était vous, choisissez-en un maintenant.",
    button: "Choisir un nouveau mot de passe",
    note: "Le lien ne fonctionne qu’une fois, pendant 60 minutes.",
    aside: "Ce n’était pas vous\u202f? Vous n’avez rien à faire\u202f; le mot de passe reste inchangé.",
  },
  de: {
    subject: "Wählen Sie ein neues Passwort für {product}",
    intro:
      "Jemand hat ein neues Passwort für das Konto bei {product} mit dieser E-Mail-Adresse angefordert. Wenn Sie das waren, wählen Sie jetzt eines.",
    button: "Neues Passwort wählen",
    note: "Der Link funktioniert nur einmal und ist 60 Minuten lang gültig.",
    aside: "Sie waren das nicht? Dann brauchen Sie nichts zu tun; das Passwort bleibt, wie es ist.",
  },
  es: {
    subject: "Elija una contraseña nueva para {product}",
    intro:
      "Alguien solicitó una contraseña nueva para la cuenta de {product} asociada a esta dirección de correo electrónico. Si fue usted, elíjala ahora.",
    button: "Elegir una contraseña nueva",
    note: "El enlace funciona una sola vez, durante 60 minutos.",
    aside: "¿No fue usted? No tiene que hacer nada; la contraseña sigue siendo la misma.",
  },
  it: {
    subject: "Scegli una nuova password per {product}",
    intro:
      "Qualcuno ha chiesto una nuova password per l’account {product} associato a questo indirizzo e-mail. Se sei stato tu, sceglila ora.",
    button: "Scegli una nuova password",
    note: "Il link funziona una sola volta, per 60 minuti.",
    aside: "Non sei stato tu? Non devi fare nulla; la password resta invariata.",
  },
  pt: {
    subject: "Escolha uma nova palavra-passe para {product}",
    intro:
      "Alguém pediu uma nova palavra-passe para a conta {product} associada a este endereço de e-mail. Se o pedido foi feito por si, escolha-a agora.",
    button: "Escolher uma nova palavra-passe",
    note: "O link só funciona uma vez, durante 60 minutos.",
    aside: "O pedido não foi feito por si? Não precisa de fazer nada; a palavra-passe continua a mesma.",
  },
} as const satisfies TextsByLanguage;
