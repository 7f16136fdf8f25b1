import { accountId } from "../../lib/local/aws/shared/protocol.ts";
import { type Service, sending } from "../support/api.ts";
import { endRateWindows } from "../support/table.ts";
import type { Outputs } from "./cdk.ts";

/** The API of a deployed stack, with the mail of all stacks in MiniStack's SES. */
export function siteOf(awsUrl: string, { ApiUrl, TableName }: Outputs): Service {
  const [apiId] = new URL(ApiUrl).hostname.split(".", 1);
  // By a path, because not every resolver knows names below localhost.
  const url = `${awsUrl}/_aws/execute-api/${apiId}/$default`;
  return {
    ...sending(
      () => url,
      (text) => (text === "" ? undefined : JSON.parse(text)),
    ),
    mails: () => mailsOf(awsUrl),
    endRateWindows: () => endRateWindows(awsUrl, undefined, TableName),
  };
}

interface Messages {
  readonly messages: Readonly<Record<string, readonly { To: readonly string[]; BodyText: string }[]>>;
}

async function mailsOf(awsUrl: string) {
  const answer = await fetch(`${awsUrl}/_ministack/ses/messages?account=${accountId}`);
  const { messages } = (await answer.json()) as Messages;
  return (messages[accountId] ?? []).map(({ To, BodyText }) => ({ to: To.join(", "), text: BodyText }));
}
