import type { TextsByLanguage } from "./text.ts";

/**
 * The notice that an administrator enabled an account again. It names no page, because the settings decide which login
 * is on.
 */
export const accountEnabledTexts = {
  en: {
    subject: "Your {product} account is active again",
    intro:
      "An administrator has enabled the {product} account with this e-mail address again. You can log in with your password as before.",
    note: "You will have to log in again on each of your devices.",
  },
  fr: {
    subject: "Votre compte {product} est de nouveau actif",
    intro:
      "Le compte {product} lié à cette adresse e-mail a été réactivé par l’administration. Vous pouvez vous connecter avec votre mot de passe comme auparavant.",
    note: "Vous devrez vous reconnecter sur chacun de vos appareils.",
  },
  de: {
    subject: "Ihr Konto bei {product} ist wieder aktiv",
    intro:
      "Die Administration hat das Konto bei {product} mit dieser E-Mail-Adresse wieder aktiviert. Sie können sich wie zuvor mit Ihrem Passwort anmelden.",
    note: "Auf jedem Ihrer Geräte ist eine neue Anmeldung nötig.",
  },
  es: {
    subject: "Su cuenta de {product} vuelve a estar activa",
    intro:
      "Un administrador ha reactivado la cuenta de {product} asociada a esta dirección de correo electrónico. Puede iniciar sesión con su contraseña como antes.",
    note: "Tendrá que iniciar sesión de nuevo en cada uno de sus dispositivos.",
  },
  it: {
    subject: "Il tuo account {product} è di nuovo attivo",
    intro:
      "Un amministratore ha riattivato l’account {product} associato a questo indirizzo e-mail. Puoi accedere con la tua password come prima.",
    note: "Dovrai accedere di nuovo su ciascuno dei tuoi dispositivi.",
  },
  pt: {
    subject: "A sua conta {product} está novamente ativa",
    intro:
      "Um administrador reativou a conta {product} associada a este endereço de e-mail. Pode iniciar sessão com a sua palavra-passe como antes.",
    note: "Terá de iniciar sessão novamente em cada um dos seus dispositivos.",
  },
} as const satisfies TextsByLanguage;
