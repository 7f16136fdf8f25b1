import type { Settings } from "../../settings/settings.ts";

/** Returns the two-line command that signs up a newcomer, or undefined if its contract is off. */
export function signUpCommand(apiUrl: string, { contracts }: Settings): string | undefined {
  if (!contracts.includes("signup")) return undefined;
  return `curl -i ${apiUrl}/api/v1/auth/signup -H 'content-type: application/json' \\
  -d '{"email":"ada@example.com","password":"correct horse battery"}'`;
}
