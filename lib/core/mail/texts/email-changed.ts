import type { TextsByLanguage } from "./text.ts";

/** The notice to an account's former address. It has no link, because that address can no longer do anything. */
export const emailChangedTexts = {
  en: {
    subject: "Your e-mail address for {product} was changed",
    intro:
      "Your {product} account now has another e-mail address, and mail about it no longer comes here. If this was not you, contact the service’s team at once.",
    note: "If it was you, you do not need to do anything.",
  },
  fr: {
    subject: "Votre adresse e-mail pour {product} a été modifiée",
    intro:
      "Votre compte {product} a désormais une autre adresse e-mail\u202f; les messages à son sujet n’arrivent plus ici. Si ce n’était pas vous, adressez-vous tout de suite aux responsables du service.",
    note: "Si c’était vous, vous n’avez rien à faire.",
  },
  de: {
    subject: "Ihre E-Mail-Adresse für {product} wurde geändert",
    intro:
      "Ihr Konto bei {product} hat jetzt eine andere E-Mail-Adresse; Nachrichten dazu kommen nicht mehr hierher. Wenn Sie das nicht waren, wenden Sie sich sofort an die Betreiber des Dienstes.",
    note: "Wenn Sie es waren, brauchen Sie nichts zu tun.",
  },
  es: {
    subject: "Se cambió su dirección de correo de {product}",
    intro:
      "Su cuenta de {product} tiene ahora otra dirección de correo; los mensajes sobre ella ya no llegan aquí. Si no fue usted, diríjase de inmediato a los responsables del servicio.",
    note: "Si fue usted, no tiene que hacer nada.",
  },
  it: {
    subject: "Il tuo indirizzo e-mail per {product} è stato cambiato",
    intro:
      "Il tuo account {product} ha ora un altro indirizzo e-mail; i messaggi che lo riguardano non arrivano più qui. Se non sei stato tu, rivolgiti subito a chi gestisce il servizio.",
    note: "Se sei stato tu, non devi fare nulla.",
  },
  pt: {
    subject: "O seu endereço de e-mail para {product} foi alterado",
    intro:
      "A sua conta {product} tem agora outro endereço de e-mail; as mensagens sobre ela já não chegam aqui. Se não foi você, contacte já quem gere o serviço.",
    note: "Se foi você, não precisa de fazer nada.",
  },
} as const satisfies TextsByLanguage;
