import type { Settings } from "../../settings/settings.ts";

/** The command by which a newcomer signs somebody up, over two lines; undefined where the contract that it speaks is off. */
export function signUpCommand(apiUrl: string, { contracts }: Settings): string | undefined {
  if (!contracts.includes("signup")) return undefined;
  return `curl -i ${apiUrl}/api/v1/auth/signup -H 'content-type: application/json' \\
  -d '{"email":"ada@example.com","password":"correct horse battery"}'`;
}
