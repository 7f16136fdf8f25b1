import type { TextsByLanguage } from "./text.ts";

/**
 * The last mail to an address after its account was deleted by its owner or an administrator. Nothing is left to link
 * to.
 */
export const accountDeletedTexts = {
  en: {
    subject: "Your {product} account was deleted",
    intro: "The {product} account with this e-mail address was deleted. Nobody can log in to it any more.",
    note: "If you asked for this, you do not need to do anything.",
    aside: "You did not ask for this? Please contact the {product} team.",
  },
  fr: {
    subject: "Votre compte {product} a été supprimé",
    intro:
      "Le compte {product} lié à cette adresse e-mail a été supprimé. Plus personne ne peut s’y connecter.",
    note: "Si vous en avez fait la demande, vous n’avez rien à faire.",
    aside: "Vous ne l’avez pas demandé\u202f? Adressez-vous alors aux responsables de {product}.",
  },
  de: {
    subject: "Ihr Konto bei {product} wurde gelöscht",
    intro:
      "Das Konto bei {product} mit dieser E-Mail-Adresse wurde gelöscht. Eine Anmeldung ist nicht mehr möglich.",
    note: "Wenn Sie das veranlasst haben, brauchen Sie nichts zu tun.",
    aside: "Sie haben das nicht veranlasst? Dann wenden Sie sich bitte an die Betreiber von {product}.",
  },
  es: {
    subject: "Se ha eliminado su cuenta de {product}",
    intro:
      "Se ha eliminado la cuenta de {product} asociada a esta dirección de correo electrónico. Ya nadie puede iniciar sesión en ella.",
    note: "Si usted lo solicitó, no tiene que hacer nada.",
    aside: "¿No lo solicitó? Póngase en contacto con los responsables de {product}.",
  },
  it: {
    subject: "Il tuo account {product} è stato eliminato",
    intro:
      "L’account {product} associato a questo indirizzo e-mail è stato eliminato. Non è più possibile accedervi.",
    note: "Se lo hai chiesto tu, non devi fare nulla.",
    aside: "Non l’hai chiesto tu? Rivolgiti a chi gestisce {product}.",
  },
  pt: {
    subject: "A sua conta {product} foi eliminada",
    intro:
      "A conta {product} associada a este endereço de e-mail foi eliminada. Já não é possível iniciar sessão.",
    note: "Se o pedido foi feito por si, não precisa de fazer nada.",
    aside: "O pedido não foi feito por si? Contacte os responsáveis por {product}.",
  },
} as const satisfies TextsByLanguage;
