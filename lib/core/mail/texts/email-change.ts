import type { TextsByLanguage } from "./text.ts";

/** The mail to an address that an account is to get. Whoever asked for it may have typed a stranger's. */
export const emailChangeTexts = {
  en: {
    subject: "Confirm your new e-mail address for {product}",
    intro:
      "Somebody asked for this e-mail address to be used for their {product} account. If it was you, please confirm it with the password of the account.",
    button: "Confirm the new address",
    note: "The link works once, for 60 minutes.",
    aside: "This was not you? Then you need not do anything; nothing changes.",
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

/** The mail to the owner of an address that somebody wanted for another account. */
export const emailWantedTexts = {
  en: {
    subject: "Somebody wanted to use your e-mail address for {product}",
    intro:
      "Somebody wanted to use your e-mail address for another {product} account. It belongs to yours, so nothing was changed.",
    button: "Choose a new password",
    note: "You need not do anything. If it was you, and you no longer knew of this account, choose a new password for it.",
  },
  fr: {
    subject: "Quelqu’un a voulu utiliser votre adresse e-mail pour {product}",
    intro:
      "Quelqu’un a voulu utiliser votre adresse e-mail pour un autre compte {product}. Elle appartient au vôtre\u202f; rien n’a donc été modifié.",
    button: "Choisir un nouveau mot de passe",
    note: "Vous n’avez rien à faire. Si c’était vous et que vous aviez oublié ce compte, choisissez-lui un nouveau mot de passe.",
  },
  de: {
    subject: "Jemand wollte Ihre E-Mail-Adresse für {product} verwenden",
    intro:
      "Jemand wollte Ihre E-Mail-Adresse für ein anderes Konto bei {product} verwenden. Sie gehört zu Ihrem Konto; deshalb wurde nichts geändert.",
    button: "Neues Passwort wählen",
    note: "Sie brauchen nichts zu tun. Wenn Sie es waren und von diesem Konto nichts mehr wussten, wählen Sie dafür ein neues Passwort.",
  },
  es: {
    subject: "Alguien quiso usar su dirección de correo para {product}",
    intro:
      "Alguien quiso usar su dirección de correo para otra cuenta de {product}. Pertenece a la suya, así que no se cambió nada.",
    button: "Elegir una contraseña nueva",
    note: "No tiene que hacer nada. Si fue usted y ya no recordaba esta cuenta, elija una contraseña nueva para ella.",
  },
  it: {
    subject: "Qualcuno voleva usare il tuo indirizzo e-mail per {product}",
    intro:
      "Qualcuno voleva usare il tuo indirizzo e-mail per un altro account {product}. Appartiene al tuo, quindi non è cambiato nulla.",
    button: "Scegli una nuova password",
    note: "Non devi fare nulla. Se sei stato tu e non ricordavi più questo account, scegli per esso una nuova password.",
  },
  pt: {
    subject: "Alguém quis usar o seu endereço de e-mail para {product}",
    intro:
      "Alguém quis usar o seu endereço de e-mail para outra conta {product}. Pertence à sua, por isso nada foi alterado.",
    button: "Escolher uma nova palavra-passe",
    note: "Não precisa de fazer nada. Se foi você e já não se lembrava desta conta, escolha uma nova palavra-passe para ela.",
  },
} as const satisfies TextsByLanguage;
