import type { TextsByLanguage } from "./text.ts";

/**
 * The mail to an address's owner after another sign-up with it, for deployments that hide this from the caller. A
 * stranger may have made the account, and its address may be unproven. So the button leads to a reset, which proves the
 * address and sets the reader's own password.
 */
export const signUpAgainTexts = {
  en: {
    subject: "You already have a {product} account",
    intro:
      "Somebody tried to sign up for {product} with this e-mail address, which already has an account. If it was you, log in with the password of that account, or choose a new one: the one just typed was not saved.",
    button: "Choose a new password",
    note: "If this was not you, you do not need to do anything: nobody was let in, and nothing was changed.",
  },
  fr: {
    subject: "Vous avez déjà un compte {product}",
    intro:
      "Quelqu’un a essayé de s’inscrire à {product} avec cette adresse e-mail, qui a déjà un compte. Si c’était vous, connectez-vous avec le mot de passe de ce compte, ou choisissez-en un nouveau : celui qui vient d’être saisi ne compte pas.",
    button: "Choisir un nouveau mot de passe",
    note: "Si ce n’était pas vous, vous n’avez rien à faire : personne n’a eu accès à votre compte et rien n’a été modifié.",
  },
  de: {
    subject: "Sie haben schon ein Konto bei {product}",
    intro:
      "Jemand wollte sich mit dieser E-Mail-Adresse bei {product} registrieren, zu der es schon ein Konto gibt. Wenn Sie es waren, melden Sie sich mit dem Passwort dieses Kontos an, oder wählen Sie ein neues: Das eben eingegebene gilt nicht.",
    button: "Neues Passwort wählen",
    note: "Wenn Sie es nicht waren, brauchen Sie nichts zu tun: Niemand hat Zugang bekommen, und nichts wurde geändert.",
  },
  es: {
    subject: "Ya tiene una cuenta de {product}",
    intro:
      "Alguien intentó registrarse en {product} con esta dirección de correo, que ya tiene una cuenta. Si fue usted, inicie sesión con la contraseña de esa cuenta o elija una nueva: la que se acaba de escribir no vale.",
    button: "Elegir una contraseña nueva",
    note: "Si no fue usted, no tiene que hacer nada: nadie ha obtenido acceso y nada ha cambiado.",
  },
  it: {
    subject: "Hai già un account {product}",
    intro:
      "Qualcuno ha provato a registrarsi a {product} con questo indirizzo e-mail, che ha già un account. Se sei stato tu, accedi con la password di quell’account o scegline una nuova: quella appena inserita non vale.",
    button: "Scegli una nuova password",
    note: "Se non sei stato tu, non devi fare nulla: nessuno ha avuto accesso e nulla è cambiato.",
  },
  pt: {
    subject: "Já tem uma conta {product}",
    intro:
      "Alguém tentou registar-se em {product} com este endereço de e-mail, que já tem uma conta. Se o pedido foi feito por si, inicie sessão com a palavra-passe dessa conta ou escolha uma nova: a que acabou de ser escrita não conta.",
    button: "Escolher uma nova palavra-passe",
    note: "Se o pedido não foi feito por si, não precisa de fazer nada: ninguém obteve acesso e nada foi alterado.",
  },
} as const satisfies TextsByLanguage;
