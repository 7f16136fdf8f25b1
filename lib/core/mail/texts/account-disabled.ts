import type { TextsByLanguage } from "./text.ts";

/** The notice that an administrator disabled an account. It has no button, since the owner cannot change that. */
export const accountDisabledTexts = {
  en: {
    subject: "Your {product} account was disabled",
    intro:
      "An administrator has disabled the {product} account with this e-mail address. Until it is enabled again, nobody can log in to it.",
    note: "Nothing in it has been deleted.",
    aside: "Do you think this is a mistake? Please contact the {product} team.",
  },
  fr: {
    subject: "Votre compte {product} a été désactivé",
    intro:
      "Le compte {product} lié à cette adresse e-mail a été désactivé par l’administration. Tant qu’il n’est pas réactivé, personne ne peut s’y connecter.",
    note: "Rien n’y a été supprimé.",
    aside: "Vous pensez qu’il s’agit d’une erreur\u202f? Adressez-vous alors aux responsables de {product}.",
  },
  de: {
    subject: "Ihr Konto bei {product} wurde deaktiviert",
    intro:
      "Die Administration hat das Konto bei {product} mit dieser E-Mail-Adresse deaktiviert. Bis es wieder aktiviert wird, ist keine Anmeldung möglich.",
    note: "Es wurde nichts darin gelöscht.",
    aside: "Sie halten das für einen Irrtum? Dann wenden Sie sich bitte an die Betreiber von {product}.",
  },
  es: {
    subject: "Se ha desactivado su cuenta de {product}",
    intro:
      "Un administrador ha desactivado la cuenta de {product} asociada a esta dirección de correo electrónico. Hasta que se reactive, nadie puede iniciar sesión en ella.",
    note: "No se ha eliminado nada de su contenido.",
    aside: "¿Cree que se trata de un error? Póngase en contacto con los responsables de {product}.",
  },
  it: {
    subject: "Il tuo account {product} è stato disattivato",
    intro:
      "Un amministratore ha disattivato l’account {product} associato a questo indirizzo e-mail. Finché non sarà riattivato, non sarà possibile accedervi.",
    note: "Non è stato eliminato alcun dato.",
    aside: "Pensi che sia un errore? Rivolgiti a chi gestisce {product}.",
  },
  pt: {
    subject: "A sua conta {product} foi desativada",
    intro:
      "Um administrador desativou a conta {product} associada a este endereço de e-mail. Enquanto não for reativada, não é possível iniciar sessão.",
    note: "Nada do que contém foi eliminado.",
    aside: "Acha que se trata de um erro? Contacte os responsáveis por {product}.",
  },
} as const satisfies TextsByLanguage;
