import { describe, expect, test } from "vitest";
import { originsOf } from "../../lib/local/origins.ts";
import { routes } from "../../lib/manifest/routes.ts";
import { readSettings } from "../../lib/settings/settings.ts";
import { nextEmail, startApi } from "../support/api.ts";

const settings = readSettings({
  allowedOrigins: ["https://app.example.com"],
  localOrigins: ["http://localhost:5173"],
});
const api = startApi({ settings, rows: routes.filter(({ name }) => name === "login-form") });

const ownOrigins = () => {
  const { port } = new URL(api.local.apiUrl);
  return [`http://127.0.0.1:${port}`, `http://localhost:${port}`];
};

/** Returns the responses of CORS and the login form to a page of an origin, whose browser sends only that header. */
async function ask(origin: string) {
  const answer = await api.postForm("/login", { email: nextEmail(), password: "x" }, { headers: { origin } });
  return { cors: answer.headers.get("access-control-allow-origin"), status: answer.status };
}

describe("the local runner", () => {
  test("accepts forms from its own pages, under both names of this machine, and from the settings' origins", async () => {
    const origins = [...ownOrigins(), "https://app.example.com", "http://localhost:5173"];
    for (const origin of origins) expect(await ask(origin)).toEqual({ cors: origin, status: 401 });
  });

  test("allows no origin in CORS whose forms functions refuse", async () => {
    const strangers = ["http://localhost:5174", "http://127.0.0.1:5173", "https://evil.example", "null"];
    for (const origin of strangers) expect(await ask(origin)).toEqual({ cors: null, status: 403 });
  });

  test("names its own origin as a browser does, and its address on the network", () => {
    expect(originsOf(["http://127.0.0.1:80"], readSettings())).toEqual([
      "http://127.0.0.1",
      "http://localhost",
    ]);
    expect(originsOf(["http://192.0.2.7:3000"], readSettings())).toEqual([
      "http://192.0.2.7:3000",
      "http://127.0.0.1:3000",
      "http://localhost:3000",
    ]);
  });
});
