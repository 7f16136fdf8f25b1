import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { mails } from "../../../lib/core/mail/mails.ts";
import { readSettings } from "../../../lib/settings/settings.ts";
import { mailTo, nextEmail, startApi } from "../../support/api.ts";

const directory = mkdtempSync(join(tmpdir(), "vestibule-templates-"));
const files = { mailTexts: join(directory, "texts.json"), mailLayout: join(directory, "layout.html") };
const words = {
  "verify-email": {
    "pt-BR": { subject: "Bem-vindo ao {product} <b>", intro: "Confirme seu e-mail, você aí & cia." },
  },
};
writeFileSync(files.mailTexts, JSON.stringify(words));
writeFileSync(
  files.mailLayout,
  '<i lang="{{language}}">{{intro}}</i>{{#button}}<a href="{{link}}">{{button}}</a>{{/button}}{{note}}' +
    '{{#aside}}{{aside}}{{#asideLink}}<a href="{{asideUrl}}">{{asideLink}}</a>{{/asideLink}}{{/aside}}',
);
afterAll(() => rmSync(directory, { recursive: true }));

const api = startApi({ settings: readSettings({ productName: "Porto", ...files }) });
const signUp = async (language: string) => {
  const email = nextEmail();
  const body = { email, password: "ToGePiPower2025", speaking_language: language };
  expect((await api.post("/api/v1/auth/signup", body)).status).toBe(201);
  return await mailTo(api, email);
};

describe("the owner's mail templates on this machine", () => {
  test("sends mail in the template's language, with default words for missing ones", async () => {
    const mail = await signUp("pt-BR");
    expect(mail.subject).toBe("Bem-vindo ao Porto <b>");
    expect(mail.text).toContain(
      `Confirme seu e-mail, você aí & cia.\n\n${mails["verify-email"].texts.pt.button}`,
    );
    expect(mail.html).toMatch(/^<i lang="pt-BR">Confirme seu e-mail, você aí &amp; cia\.<\/i><a href="http/);
    const other = await signUp("pt-PT");
    expect(other.subject).toBe("Confirme o seu endereço de e-mail para Porto");
    expect(other.html).toMatch(/^<i lang="pt">Alguém se registou/);
  });

  test("shows every mail in every language with the current templates", async () => {
    const { status, text, headers } = await api.send("/_local/mails");
    expect(status).toBe(200);
    expect(headers.get("content-security-policy")).toMatch(/^default-src 'none'/);
    for (const kind of Object.keys(mails)) expect(text).toContain(`<h2>${kind}</h2>`);
    expect(text.match(/<iframe /g)).toHaveLength(Object.keys(mails).length * 6 + 1);
    expect(text).toContain("pt-BR: Bem-vindo ao Porto &#60;b&#62;</h3><span>your own: subject, intro</span>");
    writeFileSync(files.mailTexts, JSON.stringify({ "reset-password": { en: { subject: "Quite new" } } }));
    const later = await api.send("/_local/mails");
    expect(later.text).toContain("en: Quite new</h3>");
    expect(later.text).not.toContain("pt-BR");
  });

  test("shows an error of the templates on the page", async () => {
    writeFileSync(files.mailTexts, JSON.stringify({ "reset-password": { en: { subject: "{name}" } } }));
    const { status, json } = await api.send("/_local/mails");
    expect(status).toBe(500);
    expect(json.message).toBe(
      `${files.mailTexts}: reset-password.en.subject has a placeholder other than {product}.`,
    );
  });
});
