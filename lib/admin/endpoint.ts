import { clientSettings } from "../aws/calls.ts";

/** Whether an endpoint is on this machine, as the local runner's is. */
export const isOfThisMachine = (url: string): boolean =>
  ["127.0.0.1", "localhost", "[::1]"].includes(new URL(url).hostname);

/** The deployment that a command works on. */
export interface Aim {
  /** A stage of `cdk.json`, or undefined for the plain stack. */
  readonly stage?: string | undefined;
  readonly profile?: string | undefined;
  readonly region?: string | undefined;
  readonly endpointUrl?: string | undefined;
}

/** Settings of an AWS client. An endpoint on this machine gets placeholders instead of real credentials. */
export function clientConfigOf({ profile, region, endpointUrl }: Aim) {
  const isLocal = endpointUrl !== undefined && isOfThisMachine(endpointUrl);
  const local = { region: "us-east-1", credentials: { accessKeyId: "local", secretAccessKey: "local" } };
  return {
    ...clientSettings,
    ...(profile !== undefined && { profile }),
    ...(endpointUrl !== undefined && { endpoint: endpointUrl }),
    ...(isLocal && local),
    ...(region !== undefined && { region }),
  };
}
