import { clientSettings } from "../aws/calls.ts";
import { type Place, placeOf } from "./place.ts";

/** Whether an endpoint is on this machine, as the local runner's is. */
export const isOfThisMachine = (url: string): boolean =>
  ["127.0.0.1", "localhost", "[::1]"].includes(new URL(url).hostname);

/** The deployment that a command works on. */
export interface Aim extends Place {
  /** A stage of `cdk.json`, or undefined for the plain stack. */
  readonly stage?: string | undefined;
  readonly endpointUrl?: string | undefined;
}

/** Settings of an AWS client. An endpoint on this machine gets placeholders instead of real credentials. */
export function clientConfigOf(aim: Aim, variables: NodeJS.ProcessEnv = process.env) {
  const { endpointUrl } = aim;
  const isLocal = endpointUrl !== undefined && isOfThisMachine(endpointUrl);
  const local = { accessKeyId: "local", secretAccessKey: "local" };
  return {
    ...clientSettings,
    ...(endpointUrl !== undefined && { endpoint: endpointUrl }),
    ...(isLocal ? { region: aim.region ?? "us-east-1", credentials: local } : placeOf(aim, variables)),
  };
}
