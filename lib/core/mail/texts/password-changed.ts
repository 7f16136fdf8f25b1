import type { TextsByLanguage } from "./text.ts";

/** The notice that a password was changed, with a link for an owner to react. */
export const passwordChangedTexts = {
  en: {
    subject: "Your password for {product} was changed",
    intro:
      "The password of your {product} account was changed. If this was not you, choose a new one at once.",
    button: "Choose a new password",
    note: "If it was you, you do not need to do anything.",
  },
  fr: {
    subject: "Votre mot de passe pour {product} a été modifié",
    intro:
      "Le mot de passe de votre compte {product} a été modifié. Si ce n’était pas vous, choisissez-en un nouveau sans attendre.",
    button: "Choisir un nouveau mot de passe",
    note: "Si c’était vous, vous n’avez rien à faire.",
  },
  de: {
    subject: "Ihr Passwort für {product} wurde geändert",
    intro:
      "Das Passwort Ihres Kontos bei {product} wurde geändert. Wenn Sie das nicht waren, wählen Sie sofort ein neues.",
    button: "Neues Passwort wählen",
    note: "Wenn Sie das waren, brauchen Sie nichts zu tun.",
  },
  es: {
    subject: "Se ha cambiado su contraseña de {product}",
    intro:
      "Se ha cambiado la contraseña de su cuenta de {product}. Si no fue usted, elija una nueva de inmediato.",
    button: "Elegir una contraseña nueva",
    note: "Si fue usted, no tiene que hacer nada.",
  },
  it: {
    subject: "La tua password per {product} è stata cambiata",
    intro:
      "La password del tuo account {product} è stata cambiata. Se non sei stato tu, scegline subito una nuova.",
    button: "Scegli una nuova password",
    note: "Se sei stato tu, non devi fare nulla.",
  },
  pt: {
    subject: "A sua palavra-passe para {product} foi alterada",
    intro:
      "A palavra-passe da sua conta {product} foi alterada. Se a alteração não foi feita por si, escolha já uma nova.",
    button: "Escolher uma nova palavra-passe",
    note: "Se a alteração foi feita por si, não precisa de fazer nada.",
  },
} as const satisfies TextsByLanguage;
