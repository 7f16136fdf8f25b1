import type { TextsByLanguage } from "./mail-texts.ts";

/** What the owner of an address is told when somebody signs up with it once more, where who did so is not told. */
export const signUpAgainTexts = {
  en: {
    subject: "You have an account at {product} already",
    intro:
      "Somebody tried to sign up for {product} with this e-mail address. You have an account already: if it was you, log in, or choose a new password if you have forgotten yours.",
    button: "Choose a new password",
    note: "If it was not you, you need not do anything. Nobody was let in, and nothing was changed.",
  },
  fr: {
    subject: "Vous avez déjà un compte chez {product}",
    intro:
      "Quelqu’un a essayé de s’inscrire à {product} avec cette adresse e-mail. Vous avez déjà un compte : si c’était vous, connectez-vous, ou choisissez un nouveau mot de passe si vous avez oublié le vôtre.",
    button: "Choisir un nouveau mot de passe",
    note: "Si ce n’était pas vous, vous n’avez rien à faire. Personne n’a eu accès à votre compte et rien n’a été modifié.",
  },
  de: {
    subject: "Sie haben schon ein Konto bei {product}",
    intro:
      "Jemand wollte sich mit dieser E-Mail-Adresse bei {product} registrieren. Sie haben schon ein Konto: Wenn Sie es waren, melden Sie sich an, oder wählen Sie ein neues Passwort, wenn Sie Ihres vergessen haben.",
    button: "Neues Passwort wählen",
    note: "Wenn Sie es nicht waren, brauchen Sie nichts zu tun. Niemand hat Zugang bekommen, und nichts wurde geändert.",
  },
  es: {
    subject: "Ya tiene una cuenta en {product}",
    intro:
      "Alguien intentó registrarse en {product} con esta dirección de correo. Ya tiene una cuenta: si fue usted, inicie sesión, o elija una contraseña nueva si ha olvidado la suya.",
    button: "Elegir una contraseña nueva",
    note: "Si no fue usted, no tiene que hacer nada. Nadie ha obtenido acceso y nada ha cambiado.",
  },
  it: {
    subject: "Hai già un account su {product}",
    intro:
      "Qualcuno ha provato a registrarsi a {product} con questo indirizzo e-mail. Hai già un account: se sei stato tu, accedi, oppure scegli una nuova password se hai dimenticato la tua.",
    button: "Scegli una nuova password",
    note: "Se non sei stato tu, non devi fare nulla. Nessuno ha avuto accesso e nulla è cambiato.",
  },
  pt: {
    subject: "Já tem uma conta em {product}",
    intro:
      "Alguém tentou registar-se em {product} com este endereço de e-mail. Já tem uma conta: se foi você, inicie sessão, ou escolha uma nova palavra-passe se esqueceu a sua.",
    button: "Escolher uma nova palavra-passe",
    note: "Se não foi você, não precisa de fazer nada. Ninguém obteve acesso e nada foi alterado.",
  },
} as const satisfies TextsByLanguage;
