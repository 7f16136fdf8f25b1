import type { TextsByLanguage } from "./text.ts";

/** The mail with an invitation, for deployments where sign-ups need one. */
export const invitationTexts = {
  en: {
    subject: "Your invitation to {product}",
    intro: "You are invited to {product}. Use this link to sign up with this e-mail address.",
    button: "Sign up",
    note: "The link works once, for {days}, and for this address only.",
    aside:
      "You do not want to sign up? Then you do not need to do anything; the invitation expires by itself.",
  },
  fr: {
    subject: "Votre invitation à {product}",
    intro:
      "Vous êtes invité(e) à rejoindre {product}. Ce lien vous permet de vous inscrire avec cette adresse e-mail.",
    button: "S’inscrire",
    note: "Le lien fonctionne une seule fois, pendant {days}, et pour cette adresse uniquement.",
    aside:
      "Vous ne souhaitez pas vous inscrire\u202f? Vous n’avez rien à faire\u202f; l’invitation expire d’elle-même.",
  },
  de: {
    subject: "Ihre Einladung zu {product}",
    intro:
      "Sie sind zu {product} eingeladen. Über diesen Link registrieren Sie sich mit dieser E-Mail-Adresse.",
    button: "Registrieren",
    note: "Der Link gilt einmal, {days} lang und nur für diese Adresse.",
    aside:
      "Sie möchten sich nicht registrieren? Dann brauchen Sie nichts zu tun; die Einladung verfällt von selbst.",
  },
  es: {
    subject: "Su invitación a {product}",
    intro: "Está invitado a {product}. Con este enlace puede registrarse con esta dirección de correo.",
    button: "Registrarse",
    note: "El enlace funciona una sola vez, durante {days}, y solo para esta dirección.",
    aside: "¿No quiere registrarse? No tiene que hacer nada; la invitación caduca por sí sola.",
  },
  it: {
    subject: "Il tuo invito a {product}",
    intro: "Hai ricevuto un invito a {product}. Con questo link ti registri con questo indirizzo e-mail.",
    button: "Registrati",
    note: "Il link funziona una sola volta, per {days}, e solo per questo indirizzo.",
    aside: "Non vuoi registrarti? Non devi fare nulla; l’invito scade da solo.",
  },
  pt: {
    subject: "O seu convite para {product}",
    intro: "Recebeu um convite para {product}. Com este link pode registar-se com este endereço de e-mail.",
    button: "Registar-se",
    note: "O link funciona uma única vez, durante {days}, e apenas para este endereço.",
    aside: "Não quer registar-se? Não precisa de fazer nada; o convite expira por si.",
  },
} as const satisfies TextsByLanguage;
