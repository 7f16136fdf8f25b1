import type { TextsByLanguage } from "./text.ts";

/** The notice to an account's address that another was requested, with the link that cancels this. */
export const cancelEmailChangeTexts = {
  en: {
    subject: "Somebody asked to change your e-mail address for {product}",
    intro:
      "Somebody who knows your password asked to change the e-mail address of your {product} account. It changes as soon as the new address is confirmed. If this was not you, cancel the change at once.",
    button: "Cancel the change",
    note: "If it was you, you do not need to do anything.",
  },
  fr: {
    subject: "Votre adresse e-mail pour {product} va être modifiée",
    intro:
      "Quelqu’un qui connaît votre mot de passe a demandé une autre adresse e-mail pour votre compte {product}. Elle changera dès que cette adresse sera confirmée. Si ce n’était pas vous, annulez tout de suite.",
    button: "Annuler la modification",
    note: "Si c’était vous, vous n’avez rien à faire.",
  },
  de: {
    subject: "Ihre E-Mail-Adresse für {product} soll geändert werden",
    intro:
      "Jemand, der Ihr Passwort kennt, hat für Ihr Konto bei {product} eine andere E-Mail-Adresse angegeben. Sie ändert sich, sobald diese Adresse bestätigt ist. Wenn Sie das nicht waren, brechen Sie es sofort ab.",
    button: "Änderung abbrechen",
    note: "Wenn Sie es waren, brauchen Sie nichts zu tun.",
  },
  es: {
    subject: "Se va a cambiar su dirección de correo de {product}",
    intro:
      "Alguien que conoce su contraseña pidió otra dirección de correo para su cuenta de {product}. Cambiará en cuanto se confirme esa dirección. Si no fue usted, cancélelo de inmediato.",
    button: "Cancelar el cambio",
    note: "Si fue usted, no tiene que hacer nada.",
  },
  it: {
    subject: "Il tuo indirizzo e-mail per {product} sta per cambiare",
    intro:
      "Qualcuno che conosce la tua password ha chiesto un altro indirizzo e-mail per il tuo account {product}. Cambierà appena quell’indirizzo sarà confermato. Se non sei stato tu, annulla subito.",
    button: "Annulla la modifica",
    note: "Se sei stato tu, non devi fare nulla.",
  },
  pt: {
    subject: "O seu endereço de e-mail para {product} vai ser alterado",
    intro:
      "Alguém que sabe a sua palavra-passe pediu outro endereço de e-mail para a sua conta {product}. Muda assim que esse endereço for confirmado. Se não foi você, cancele já.",
    button: "Cancelar a alteração",
    note: "Se foi você, não precisa de fazer nada.",
  },
} as const satisfies TextsByLanguage;
