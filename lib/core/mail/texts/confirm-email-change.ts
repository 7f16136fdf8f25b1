import type { TextsByLanguage } from "./text.ts";

/** The mail to an account's requested address. The owner may have typed a stranger's. */
export const confirmEmailChangeTexts = {
  en: {
    subject: "Confirm your new e-mail address for {product}",
    intro:
      "Somebody asked to use this e-mail address for their {product} account. If it was you, please confirm it with the password of that account.",
    button: "Confirm the new address",
    note: "The link works once, for 60 minutes.",
    aside: "This was not you? Then you do not need to do anything; nothing changes.",
  },
  fr: {
    subject: "Confirmez votre nouvelle adresse e-mail pour {product}",
    intro:
      "Quelqu’un a demandé que cette adresse e-mail serve à son compte {product}. Si c’était vous, veuillez la confirmer avec le mot de passe du compte.",
    button: "Confirmer la nouvelle adresse",
    note: "Le lien fonctionne une seule fois, pendant 60 minutes.",
    aside: "Ce n’était pas vous\u202f? Vous n’avez rien à faire\u202f; rien ne change.",
  },
  de: {
    subject: "Bestätigen Sie Ihre neue E-Mail-Adresse für {product}",
    intro:
      "Jemand möchte diese E-Mail-Adresse für sein Konto bei {product} verwenden. Wenn Sie es waren, bestätigen Sie sie bitte mit dem Passwort des Kontos.",
    button: "Neue Adresse bestätigen",
    note: "Der Link gilt einmal und 60 Minuten lang.",
    aside: "Das waren nicht Sie? Dann brauchen Sie nichts zu tun; es ändert sich nichts.",
  },
  es: {
    subject: "Confirme su nueva dirección de correo para {product}",
    intro:
      "Alguien pidió usar esta dirección de correo para su cuenta de {product}. Si fue usted, confírmela con la contraseña de la cuenta, por favor.",
    button: "Confirmar la nueva dirección",
    note: "El enlace funciona una sola vez, durante 60 minutos.",
    aside: "¿No fue usted? No tiene que hacer nada; nada cambia.",
  },
  it: {
    subject: "Conferma il tuo nuovo indirizzo e-mail per {product}",
    intro:
      "Qualcuno ha chiesto di usare questo indirizzo e-mail per il proprio account {product}. Se sei stato tu, confermalo con la password dell’account.",
    button: "Conferma il nuovo indirizzo",
    note: "Il link funziona una sola volta, per 60 minuti.",
    aside: "Non sei stato tu? Non devi fare nulla; non cambia niente.",
  },
  pt: {
    subject: "Confirme o seu novo endereço de e-mail para {product}",
    intro:
      "Alguém pediu para usar este endereço de e-mail na sua conta {product}. Se foi você, confirme-o com a palavra-passe da conta, por favor.",
    button: "Confirmar o novo endereço",
    note: "O link funciona uma única vez, durante 60 minutos.",
    aside: "Não foi você? Não precisa de fazer nada; nada muda.",
  },
} as const satisfies TextsByLanguage;
