import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Local } from "../../lib/local/local.ts";
import { startLocal } from "../../lib/local/start-local.ts";
import { readSettings } from "../../lib/settings/settings.ts";
import { nextClient, nextEmail } from "../support/api.ts";
import { medias, password, registrations, signUpRequest } from "../support/samples.ts";

let local: Local;
const lines: string[] = [];

beforeAll(async () => {
  const settings = readSettings();
  const print = (line: string) => lines.push(line);
  // As `npm start`, with its bcrypt cost and number of threads.
  local = await startLocal({ port: 0, awsPort: 0, directory: null, settings, keepsSpare: true, print });
});
afterAll(() => local?.stop());

type Request = RequestInit & { readonly headers: Record<string, string> };

async function statusOf(path: string, request: Request): Promise<number> {
  const headers = { ...request.headers, "x-forwarded-for": nextClient() };
  const response = await fetch(`${local.apiUrl}${path}`, { ...request, headers, redirect: "manual" });
  await response.arrayBuffer();
  return response.status;
}

const logins: { path: string; media: keyof typeof medias; field: string; refused: number }[] = [
  { path: "/api/auth/login", media: "json", field: "email", refused: 401 },
  { path: "/api/v1/auth/login", media: "json", field: "email", refused: 401 },
  { path: "/api/v1/auth/login", media: "form", field: "username", refused: 401 },
  { path: "/api/users/login", media: "form", field: "username", refused: 400 },
  { path: "/login", media: "form", field: "email", refused: 401 },
];

/** Logs in to a missing account, which takes as long as any other login. */
function logIn(turn: number) {
  const { path, media, field, refused } = logins[turn % logins.length] as (typeof logins)[number];
  const { type, encode } = medias[media];
  const body = encode({ [field]: nextEmail(), password });
  const status = statusOf(path, { method: "POST", headers: { "content-type": type }, body });
  return { path, status, expected: refused };
}

function signUp(turn: number) {
  const { path, sample } = registrations[turn % registrations.length] as (typeof registrations)[number];
  return { path, status: statusOf(path, signUpRequest(sample, nextEmail())), expected: sample.success };
}

describe("a fresh runner", () => {
  test("answers 70 parallel sign-ups and 70 parallel logins without a fault, however long they take", async () => {
    const requests = Array.from({ length: 70 }, (_, turn) => [signUp(turn), logIn(turn)]).flat();
    const answers = await Promise.all(
      requests.map(async ({ path, status, expected }) => ({ path, expected, status: await status })),
    );
    expect(answers.filter(({ status, expected }) => status !== expected)).toEqual([]);
    expect(lines.filter((line) => line.includes(" failed: "))).toEqual([]);
  }, 300_000);
});
