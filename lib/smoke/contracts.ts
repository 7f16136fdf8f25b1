import type { ContractName } from "../core/shared/contracts.ts";
import type { Fields, Request } from "./site.ts";

/** The test account's owner. */
export interface Person {
  readonly email: string;
  readonly username: string;
  readonly password: string;
}

/** Requests by which a contract signs up and logs in. */
interface Way {
  readonly signUp: (person: Person) => Request;
  readonly logIn: (person: Person) => Request;
  /** The field of the login's answer that holds the access token. */
  readonly token: string;
  readonly profile: string;
}

const json = (path: string, fields: Fields): Request => ({ method: "POST", path, media: "json", fields });
const form = (path: string, fields: Fields): Request => ({ method: "POST", path, media: "form", fields });

const profile = "/api/v1/users/me";

/**
 * The contracts, ordered by what a test account leaves behind: nothing, its username, or an unverified account. Add a
 * contract of your own here to let the command try it.
 */
export const ways = {
  token: {
    signUp: ({ email, password }) => json("/api/auth/register", { email, password }),
    logIn: ({ email, password }) => json("/api/auth/login", { email, password }),
    token: "access",
    profile,
  },
  users: {
    signUp: ({ email, password }) => json("/api/users/register", { email, password }),
    logIn: ({ email, password }) => form("/api/users/login", { username: email, password }),
    token: "access_token",
    profile: "/api/users/me",
  },
  form: {
    signUp: ({ email, password }) =>
      form("/register", { email, password, confirm_password: password, react_app: "true" }),
    logIn: ({ email, password }) => form("/login", { email, password, react_app: "true" }),
    token: "token",
    profile,
  },
  username: {
    signUp: (person) => json("/api/v1/auth/register", { ...person }),
    logIn: ({ username, password }) => form("/api/v1/auth/login", { username, password }),
    token: "access_token",
    profile,
  },
  signup: {
    signUp: ({ email, password }) => json("/api/v1/auth/signup", { email, password }),
    logIn: ({ email, password }) => json("/api/v1/auth/login", { email, password }),
    token: "access_token",
    profile,
  },
} as const satisfies Partial<Record<ContractName, Way>>;

/** A contract that can be tried. */
export type TriedContract = keyof typeof ways;
