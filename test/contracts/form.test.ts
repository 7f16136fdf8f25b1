import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { type Answered, eventually, mailTo, nextEmail, startApi, tokensIn } from "../support/api.ts";
import { type Sentence, titled } from "../support/document.ts";
import { readKeys } from "../support/homes.ts";
import { accountOf, readTable } from "../support/table.ts";

const api = startApi();
const path = "/register";
const password = "newpassword";

const fieldsOf = (email: string, more: Record<string, string> = {}) => ({
  email,
  password,
  confirm_password: password,
  ...more,
});
/** Posts the form as a browser does. */
const submit = (email: string, more: Record<string, string> = {}) =>
  api.postForm(path, fieldsOf(email, more), { headers: { accept: "text/html,*/*;q=0.8" } });
/** Posts the form as a React app does. */
const ask = (email: string, more: Record<string, string> = {}) =>
  api.postForm(path, fieldsOf(email, { react_app: "true", ...more }));
const logIn = (email: string, more: Record<string, string> = {}) =>
  api.postForm("/login", { email, password, ...more });

const account = (email: string) => accountOf(api.local.awsUrl, email);
const keysBelow = async (prefix: string) =>
  (await readKeys(api.local.awsUrl)).filter((key) => key.startsWith(prefix));
const hasHome = (prefix: string) =>
  eventually(prefix, async () => (await keysBelow(prefix)).includes(`${prefix}default`));

const success = (user: string) => ({
  success: true,
  message: "Registration successful",
  user,
  redirect: "/login",
});
const failed = {
  success: false,
  error: "REGISTRATION_FAILED",
  message: "User already exists or invalid data",
};
const mismatch = { success: false, error: "PASSWORD_MISMATCH", message: "Passwords do not match" };

function expectRedirect(answer: Answered) {
  expect([answer.status, answer.headers.get("location"), answer.text]).toEqual([302, "/login", ""]);
}

function expectFailed(answer: Answered) {
  expect([answer.status, answer.json]).toEqual([400, failed]);
}

async function disown(email: string) {
  const { disown: token } = tokensIn(await mailTo(api, email));
  expect((await api.postForm("/api/v1/auth/verify-email", { token })).status).toBe(200);
}

async function redirectsABrowser() {
  const email = nextEmail();
  expectRedirect(await submit(email));
  expect(await account(email)).toMatchObject({ contract: "form" });
}

async function answersReact() {
  const email = nextEmail();
  const answer = await ask(email);
  expect([answer.status, answer.json]).toEqual([200, success(email)]);
}

async function refusesTheAddressAgain() {
  const email = nextEmail();
  await submit(email);
  expectFailed(await ask(email.toUpperCase()));
}

async function comparesThePasswords() {
  for (const confirm_password of ["newpassworD", "newpassword ", ""]) {
    const answer = await ask(nextEmail(), { confirm_password });
    expect([answer.status, answer.json]).toEqual([400, mismatch]);
  }
}

async function wantsAnAddress() {
  for (const email of ["nobody", "a@b", "a b@example.com", ""]) expectFailed(await ask(email));
}

async function logsInAtOnce() {
  const email = nextEmail();
  await submit(email);
  const { status, headers } = await logIn(email);
  expect([status, headers.get("location")]).toEqual([302, "/account"]);
}

async function storesABcryptHash() {
  const email = nextEmail();
  await submit(email);
  const { passwordHash } = await account(email);
  expect(passwordHash).toMatch(/^\$2b\$/);
  expect(JSON.stringify(await readTable(api.local.awsUrl))).not.toContain(password);
}

async function makesTheHome() {
  const email = nextEmail();
  await submit(email);
  await hasHome(`home/${email}/`);
  expect(await keysBelow(`home/${email}/`)).toEqual([`home/${email}/default`]);
}

const curlAddress = "newuser@example.com";

/** Runs the unchanged command of an example, with this server's address. Returns its output, status and redirect. */
async function runCurl(example: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "vestibule-curl-"));
  try {
    await writeFile(join(directory, ".curlrc"), 'silent\nwrite-out = " %{http_code} %{redirect_url}"\n');
    const command = example.replace("http://localhost:8080", api.local.apiUrl);
    const env = { PATH: process.env.PATH ?? "", CURL_HOME: directory };
    return (await promisify(execFile)("sh", ["-c", command], { env, timeout: 10_000 })).stdout;
  } finally {
    await rm(directory, { recursive: true });
  }
}

interface Page {
  readonly location: { href: string };
}

/** Runs the React example's function in a page of the API. Returns its redirect and its log. */
async function runReact(source: string, ...values: string[]) {
  const window: Page = { location: { href: `${api.local.apiUrl}/` } };
  const logged: unknown[][] = [];
  const fetchFromPage = (url: string, options: RequestInit) =>
    fetch(new URL(url, window.location.href), options);
  const log = (...words: unknown[]) => void logged.push(words);
  const load = new Function("fetch", "window", "console", `${source}\nreturn registerUser;`);
  await load(fetchFromPage, window, { log, error: log })(...values);
  return { href: window.location.href, logged };
}

// Left out: the other system's own endpoints `fileops` and `save`, and the configuration of its S3 credentials.
const document: Sentence[] = [
  [
    "`POST /register`",
    async () => {
      await redirectsABrowser();
      expect((await api.send(path, { method: "PUT" })).status).toBe(404);
    },
  ],
  [
    "Creates a new user account with email and password.",
    async () => {
      const email = nextEmail();
      expectRedirect(await submit(email));
      expect(await account(email)).toMatchObject({ contract: "form", isActive: true });
    },
  ],
  [
    "Handles user registration with password hashing and account creation in the cloud storage system.",
    async () => {
      await storesABcryptHash();
      await makesTheHome();
    },
  ],
  [
    `## Authentication Required
No`,
    async () => {
      const headers = { authorization: "Bearer nonsense" };
      const answer = await api.postForm(path, fieldsOf(nextEmail(), { react_app: "true" }), { headers });
      expect(answer.status).toBe(200);
    },
  ],
  [
    "### Body Parameters (Form Data)",
    async () => {
      const asJson = await api.post(path, fieldsOf(nextEmail()));
      expect(asJson.status).toBe(415);
      expect(asJson.json).toMatchObject({ success: false, error: "UNSUPPORTED_MEDIA_TYPE" });
    },
  ],
  [
    "| `email` | string | Yes | User's email address (will be used as username) |",
    async () => {
      const { email: _, ...others } = fieldsOf("");
      expectFailed(await api.postForm(path, { ...others, react_app: "true" }));
      await logsInAtOnce();
    },
  ],
  [
    "| `password` | string | Yes | User's desired password |",
    async () => {
      expectFailed(await api.postForm(path, { email: nextEmail(), react_app: "true" }));
      expectFailed(await ask(nextEmail(), { password: "", confirm_password: "" }));
    },
  ],
  [
    "| `confirm_password` | string | Yes | Password confirmation (must match password) |",
    async () => {
      const answer = await api.postForm(path, { email: nextEmail(), password, react_app: "true" });
      expect([answer.status, answer.json]).toEqual([400, mismatch]);
      await comparesThePasswords();
    },
  ],
  [
    "| `react_app` | string | No | Set to any value to enable JSON response for React apps |",
    async () => {
      for (const react_app of ["true", "false", "0", "", "anything"]) {
        const email = nextEmail();
        const answer = await submit(email, { react_app });
        expect([answer.status, answer.json]).toEqual([200, success(email)]);
      }
    },
  ],
  [
    `### Success Response (Traditional Web App)
**Code:** \`302 Found\``,
    async () => expect((await submit(nextEmail())).status).toBe(302),
  ],
  [
    "**Redirect:** `/login`",
    async () => {
      expectRedirect(await submit(nextEmail()));
      expect((await api.send("/login")).status).toBe(200);
    },
  ],
  ["**Message:** Registration successful, redirects to login page", redirectsABrowser],
  [
    `### Success Response (React App)
**Code:** \`200 OK\``,
    answersReact,
  ],
  [
    `{
  "success": true,
  "message": "Registration successful",
  "user": "user@example.com",
  "redirect": "/login"
}`,
    async (example) => {
      const answer = await ask("user@example.com");
      expect(answer.headers.get("content-type")).toBe("application/json");
      expect(answer.json).toEqual(JSON.parse(example));
    },
  ],
  [
    `### Error Response (React App)
**Code:** \`400 Bad Request\``,
    refusesTheAddressAgain,
  ],
  [
    `{
  "success": false,
  "error": "REGISTRATION_FAILED",
  "message": "User already exists or invalid data"
}`,
    async (example) => {
      const email = nextEmail();
      await submit(email);
      expect((await ask(email)).json).toEqual(JSON.parse(example));
      expect((await ask("nobody")).json).toEqual(JSON.parse(example));
    },
  ],
  [
    `### Error Response (Password Mismatch)
**Code:** \`400 Bad Request\``,
    comparesThePasswords,
  ],
  [
    `{
  "success": false,
  "error": "PASSWORD_MISMATCH",
  "message": "Passwords do not match"
}`,
    async (example) => {
      const answer = await ask(nextEmail(), { confirm_password: "another" });
      expect(answer.json).toEqual(JSON.parse(example));
    },
  ],
  [
    `<form action="/register" method="POST">
  <input type="email" name="email" placeholder="Email" required>
  <input type="password" name="password" placeholder="Password" required>
  <input type="password" name="confirm_password" placeholder="Confirm Password" required>
  <button type="submit">Register</button>
</form>`,
    async (form) => {
      const [action = "", method = ""] = attributesIn(form, /action="([^"]+)" method="([^"]+)"/);
      const values: Record<string, string> = fieldsOf(nextEmail());
      const names = [...form.matchAll(/name="([^"]+)"/g)].map(([, name]) => name as string);
      const fields = Object.fromEntries(names.map((name) => [name, values[name] as string]));
      expectRedirect(await api.postForm(action, fields, { method }));
    },
  ],
  [
    `const registerUser = async (email, password, confirmPassword) => {
  const response = await fetch('/register', {
    method: 'POST',
    headers: {
      'Content-Type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({
      email: email,
      password: password,
      confirm_password: confirmPassword,
      react_app: 'true'
    })
  });

  const data = await response.json();
  
  if (data.success) {
    console.log('Registration successful:', data.message);
    // Redirect to login page
    window.location.href = data.redirect;
  } else {
    console.error('Registration failed:', data.message);
  }
};`,
    async (source) => {
      const email = nextEmail();
      expect(await runReact(source, email, password, password)).toEqual({
        href: "/login",
        logged: [["Registration successful:", "Registration successful"]],
      });
      const stays = `${api.local.apiUrl}/`;
      expect(await runReact(source, email, password, password)).toEqual({
        href: stays,
        logged: [["Registration failed:", "User already exists or invalid data"]],
      });
      expect(await runReact(source, nextEmail(), password, "another")).toEqual({
        href: stays,
        logged: [["Registration failed:", "Passwords do not match"]],
      });
    },
  ],
  [
    String.raw`# Traditional registration
curl -X POST http://localhost:8080/register \
  -d "email=newuser@example.com&password=newpassword&confirm_password=newpassword"`,
    async (command) => {
      expect(await runCurl(command)).toBe(` 302 ${api.local.apiUrl}/login`);
      expect((await logIn(curlAddress)).status).toBe(302);
      await disown(curlAddress);
    },
  ],
  [
    String.raw`# React app registration
curl -X POST http://localhost:8080/register \
  -d "email=newuser@example.com&password=newpassword&confirm_password=newpassword&react_app=true"`,
    async (command) => {
      expect(await runCurl(command)).toBe(`${JSON.stringify(success(curlAddress))} 200 `);
      expect(await runCurl(command)).toBe(`${JSON.stringify(failed)} 400 `);
    },
  ],
  [
    "1. **Validation**: Email format and password confirmation are validated",
    async () => {
      await wantsAnAddress();
      await comparesThePasswords();
    },
  ],
  ["2. **Duplicate Check**: System checks if user already exists", refusesTheAddressAgain],
  // Here it is bcrypt, with a random salt in each hash.
  [
    "3. **Password Hashing**: Password is hashed using SHA256 with salt via passlib",
    async () => {
      await storesABcryptHash();
      const emails = [nextEmail(), nextEmail()];
      for (const email of emails) await submit(email);
      const [first, second] = await Promise.all(emails.map(account));
      expect(first?.passwordHash).not.toBe(second?.passwordHash);
    },
  ],
  [
    "4. **User Directory**: Creates user's home directory in cloud storage: `/home/{email}/`",
    async () => {
      const email = nextEmail();
      await submit(email.toUpperCase());
      await hasHome(`home/${email}/`);
    },
  ],
  ["5. **Default File**: Creates a default file in user's directory", makesTheHome],
  ["6. **Account Confirmation**: User account is automatically confirmed", logsInAtOnce],
  [
    `/home/{user_email}/
├── default              # Default user file
└── logos/              # Directory for user logos (created on first logo upload)`,
    makesTheHome,
  ],
  // bcrypt here.
  ["- **Password Hashing**: Uses SHA256 with salt via passlib library", storesABcryptHash],
  ["- **Email Validation**: Basic email format validation", wantsAnAddress],
  ["- **Duplicate Prevention**: Prevents registration with existing email", refusesTheAddressAgain],
  ["- **Automatic Confirmation**: New accounts are automatically confirmed", logsInAtOnce],
  [
    // The address is stored only encrypted, and the hash is bcrypt's. There is no field for a dongle.
    `{
  "email": "user@example.com",
  "confirmed": true,
  "pwhash": "$5$rounds=535000$...",
  "lastlogin": "",
  "createdon": "",
  "dongle": ""
}`,
    async () => {
      const email = nextEmail();
      await submit(email);
      const stored = await account(email);
      expect(stored).toMatchObject({
        emailCiphertext: expect.any(Uint8Array),
        passwordHash: expect.stringMatching(/^\$2b\$/),
        createdAt: expect.stringMatching(/Z$/),
        isActive: true,
        isVerified: false,
      });
      expect(stored).not.toHaveProperty("lastLoginAt");
      await logIn(email);
      expect(await account(email)).toHaveProperty("lastLoginAt");
    },
  ],
  [
    "- [User Login](login.md) - `POST /login`",
    async () => {
      const email = nextEmail();
      await submit(email);
      expect((await logIn(email, { react_app: "true" })).json).toMatchObject({ success: true, user: email });
    },
  ],
  [
    "1. **User Already Exists**: If the email is already registered, registration will fail",
    async () => {
      await refusesTheAddressAgain();
      const elsewhere = nextEmail();
      await api.post("/api/users/register", { email: elsewhere, password: "correct horse battery" });
      expectFailed(await ask(elsewhere));
    },
  ],
  ["2. **Password Mismatch**: Confirm password must exactly match the password", comparesThePasswords],
  ["3. **Invalid Email**: Email must be in valid format", wantsAnAddress],
  [
    // Registration does not wait for S3: a queued job makes the home later.
    "4. **Storage Issues**: Ensure AWS S3 credentials are properly configured",
    async () => {
      const email = nextEmail();
      api.local.faults.order({ service: "s3", error: "AccessDenied", status: 403 });
      try {
        expectRedirect(await submit(email));
        await eventually("a failed attempt", async () => {
          const { pk } = await account(email);
          const jobs = await readTable(api.local.awsUrl);
          return jobs.some(({ accountId, lastError }) => `ACCOUNT#${accountId}` === pk && lastError);
        });
      } finally {
        api.local.faults.clear();
      }
      expect((await logIn(email)).status).toBe(302);
    },
  ],
  ["1. User is redirected to login page", redirectsABrowser],
  ["2. User can log in with their credentials", logsInAtOnce],
  [
    "3. User's home directory and default files are ready for use",
    async () => {
      const email = nextEmail();
      await submit(email);
      await logIn(email);
      await hasHome(`home/${email}/`);
    },
  ],
];

const attributesIn = (markup: string, pattern: RegExp) => pattern.exec(markup)?.slice(1) ?? [];

describe("the document of form", () => {
  test.each(titled(document))("%s", (_, check) => check());

  test("the form contract compares the two passwords before it checks password or address", async () => {
    for (const fields of [
      { password: "short", confirm_password: "other" },
      { password: "", confirm_password: "x" },
      { email: "nobody", confirm_password: "other" },
    ]) {
      const answer = await ask(nextEmail(), fields);
      expect([answer.status, answer.json]).toEqual([400, mismatch]);
    }
  });

  test.each<[string, Record<string, string>]>([
    ["a short password", { password: "1234567", confirm_password: "1234567" }],
    ["a password that is too long", { password: "x".repeat(73), confirm_password: "x".repeat(73) }],
    ["a control character in the address", { email: "a\u0000@example.com" }],
    ["a header in the address", { email: "a@example.com\r\nBcc: b@example.com" }],
  ])("the form contract answers %s with REGISTRATION_FAILED", async (_, fields) => {
    expectFailed(await ask(nextEmail(), fields));
  });
});

describe("homes named by addresses", () => {
  test("homes named by addresses cannot be reached with an address that looks like a path", async () => {
    const email = `o'brien/./%2e{${nextEmail()}`;
    expect((await ask(email)).status).toBe(200);
    const [local = "", domain = ""] = email.split("@");
    const name = local
      .replaceAll("%", "%25")
      .replaceAll("'", "%27")
      .replaceAll("/", "%2F")
      .replaceAll("{", "%7B");
    await hasHome(`home/${name}@${domain}/`);
  });

  // The next owner of the address must not find a stranger's files.
  test("homes named by addresses are not given to the next owner of the address until they are empty", async () => {
    const email = nextEmail();
    await submit(email);
    await hasHome(`home/${email}/`);
    api.local.faults.order({
      service: "s3",
      operation: "DeleteObjects",
      error: "InternalError",
      status: 500,
    });
    try {
      await disown(email);
      await eventually("a failed removal", async () =>
        (await readTable(api.local.awsUrl)).some(
          ({ kind, lastError }) => kind === "remove-home" && lastError,
        ),
      );
      expect((await ask(email)).json).toEqual(success(email));
      const { pk, home } = await account(email);
      expect(home).toBe("id");
      await hasHome(`home/${String(pk).slice("ACCOUNT#".length)}/`);
      expect(await keysBelow(`home/${email}/`)).toHaveLength(1);
    } finally {
      api.local.faults.clear();
    }
  });
});
