import type { TextsByLanguage } from "./text.ts";

/** The notice that a session ended because its refresh token was in two hands, with a link to react. */
export const sessionEndedByReuseTexts = {
  en: {
    subject: "One of your {product} sessions was ended",
    intro:
      "A session of your {product} account was used from two places, so we ended it. Somebody may have copied it. If in doubt, choose a new password: that ends all other sessions too.",
    button: "Choose a new password",
    note: "If you know the reason, such as a device restored from a backup, just log in again.",
  },
  fr: {
    subject: "Une de vos sessions {product} a été fermée",
    intro:
      "Une session de votre compte {product} a été utilisée à deux endroits\u202f; nous l’avons donc fermée. Quelqu’un l’a peut-être copiée. En cas de doute, choisissez un nouveau mot de passe\u00a0: toutes les autres sessions seront fermées aussi.",
    button: "Choisir un nouveau mot de passe",
    note: "Si vous en connaissez la raison, par exemple un appareil restauré à partir d’une sauvegarde, il suffit de vous reconnecter.",
  },
  de: {
    subject: "Eine Ihrer Sitzungen bei {product} wurde beendet",
    intro:
      "Eine Sitzung Ihres Kontos bei {product} wurde an zwei Stellen benutzt; wir haben sie deshalb beendet. Vielleicht hat jemand sie kopiert. Wählen Sie im Zweifel ein neues Passwort: Damit enden auch alle anderen Sitzungen.",
    button: "Neues Passwort wählen",
    note: "Wenn Sie den Grund kennen, etwa ein aus einer Sicherung wiederhergestelltes Gerät, genügt es, sich neu anzumelden.",
  },
  es: {
    subject: "Se ha cerrado una de sus sesiones de {product}",
    intro:
      "Una sesión de su cuenta de {product} se ha utilizado desde dos lugares, por lo que la hemos cerrado. Es posible que alguien la haya copiado. En caso de duda, elija una contraseña nueva: así se cierran también todas las demás sesiones.",
    button: "Elegir una contraseña nueva",
    note: "Si conoce el motivo, por ejemplo un dispositivo restaurado desde una copia de seguridad, basta con iniciar sesión de nuevo.",
  },
  it: {
    subject: "Una delle tue sessioni di {product} è stata chiusa",
    intro:
      "Una sessione del tuo account {product} è stata usata da due posti diversi, perciò l’abbiamo chiusa. È possibile che qualcuno l’abbia copiata. Nel dubbio, scegli una nuova password: così si chiudono anche tutte le altre sessioni.",
    button: "Scegli una nuova password",
    note: "Se conosci il motivo, per esempio un dispositivo ripristinato da un backup, basta accedere di nuovo.",
  },
  pt: {
    subject: "Uma das suas sessões em {product} foi terminada",
    intro:
      "Uma sessão da sua conta {product} foi utilizada a partir de dois locais, pelo que a terminámos. É possível que alguém a tenha copiado. Em caso de dúvida, escolha uma nova palavra-passe: assim terminam também todas as outras sessões.",
    button: "Escolher uma nova palavra-passe",
    note: "Se conhece o motivo, por exemplo um dispositivo restaurado a partir de uma cópia de segurança, basta iniciar sessão novamente.",
  },
} as const satisfies TextsByLanguage;
