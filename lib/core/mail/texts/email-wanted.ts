import type { TextsByLanguage } from "./text.ts";

/** The mail to the owner of an address that was requested for another account. */
export const emailWantedTexts = {
  en: {
    subject: "Somebody wanted to use your e-mail address for {product}",
    intro:
      "Somebody wanted to use your e-mail address for another {product} account. It belongs to your account, so nothing was changed.",
    button: "Choose a new password",
    note: "You do not need to do anything. If it was you and you had forgotten this account, choose a new password for it.",
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
