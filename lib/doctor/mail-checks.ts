import {
  GetAccountCommand,
  GetEmailIdentityCommand,
  type GetEmailIdentityResponse,
} from "@aws-sdk/client-sesv2";
import { call, callUnless } from "../aws/calls.ts";
import { wasNeverMade } from "../deploy/stacks.ts";
import { isMailProvider } from "../infra/deployable.ts";
import { domainAndParents, recordsOf } from "./dns.ts";
import { type Finding, ok, problem, skipped, warning } from "./finding.ts";
import { outputOf, type Surroundings } from "./surroundings.ts";

interface Identity extends GetEmailIdentityResponse {
  readonly name: string;
}

const domainOf = (address: string) => address.slice(address.lastIndexOf("@") + 1);

/** Finds the identity against which SES checks the sender: its domain, a parent domain, or the address. */
async function findIdentity({ ses, settings }: Surroundings): Promise<Identity | undefined> {
  const { senderAddress } = settings;
  for (const name of [...domainAndParents(domainOf(senderAddress)), senderAddress]) {
    const read = () => ses.send(new GetEmailIdentityCommand({ EmailIdentity: name }));
    const identity = await callUnless("NotFoundException", "ses", "GetEmailIdentity", read);
    if (identity) return { ...identity, name };
  }
  return undefined;
}

/** Checks that SES sends from the sender's address. */
export async function checkSender(around: Surroundings): Promise<Finding> {
  const { senderAddress, senderIdentity } = around.settings;
  const domain = domainOf(senderAddress);
  if (domain.endsWith(".example"))
    return problem(
      `"senderAddress" is still ${senderAddress}, a domain that nobody can own.`,
      'Set "senderAddress" in cdk.json to an address of a domain of yours.',
    );
  const identity = await findIdentity(around);
  if (!identity && isMailProvider(domain)) return noIdentity(senderAddress);
  if (!identity) return senderIdentity === "create" ? madeByDeployment(around, domain) : noIdentity(domain);
  if (await wouldBeMadeTwice(around, identity))
    return problem(
      `SES has ${identity.name} already, and the deployment would fail to make it again.`,
      'Set "senderIdentity": "existing" in cdk.json.',
    );
  if (!identity.VerifiedForSendingStatus)
    return problem(
      `SES has not verified ${identity.name} yet (${identity.VerificationStatus}). No mail goes out.`,
      ...(dkimRecords(identity).length > 0 ? [] : [`Open the link in the mail of SES to ${identity.name}.`]),
    );
  if (identity.DkimAttributes?.Status !== "SUCCESS")
    return warning(
      `SES has verified ${identity.name}, but does not sign its mail by DKIM (${identity.DkimAttributes?.Status}).`,
    );
  return ok(`SES has verified ${identity.name}, and signs its mail by DKIM.`);
}

async function madeByDeployment(
  { findStack, stackName, deploy }: Surroundings,
  domain: string,
): Promise<Finding> {
  const stack = await findStack(stackName);
  if (stack && !wasNeverMade(stack.status)) return noIdentity(domain);
  return warning(`SES does not know ${domain} yet. The deployment makes the identity.`, ...deploy);
}

/** Whether the deployment would fail by making an existing identity, such as one left by a destroyed stack. */
async function wouldBeMadeTwice({ settings, findStack, stackName }: Surroundings, { name }: Identity) {
  if (settings.senderIdentity !== "create" || name !== domainOf(settings.senderAddress)) return false;
  const stack = await findStack(stackName);
  const isUnderWay = /^(CREATE|UPDATE).*IN_PROGRESS$/.test(stack?.status ?? "");
  // The stack that made the identity has its records among its outputs.
  return !isUnderWay && outputOf(stack, "SenderDnsRecords") === undefined;
}

/** @param name The domain or the address for SES to verify. */
const noIdentity = (name: string) =>
  problem(
    `SES has no identity for ${name} in this account and region. No mail goes out.`,
    `aws sesv2 create-email-identity --email-identity ${name}`,
  );

/** The CNAME records that lead to SES's DKIM keys. There are none if only an address is verified. */
function dkimRecords({ name, DkimAttributes }: Identity): { name: string; target: string }[] {
  const zone = DkimAttributes?.SigningHostedZone ?? "dkim.amazonses.com";
  const tokens = DkimAttributes?.SigningAttributesOrigin === "EXTERNAL" ? [] : DkimAttributes?.Tokens;
  return (tokens ?? []).map((token) => ({ name: `${token}._domainkey.${name}`, target: `${token}.${zone}` }));
}

/** Looks for the DKIM records of the sender's domain in the DNS. */
export async function checkDkim(around: Surroundings): Promise<Finding> {
  const identity = await findIdentity(around);
  const records = identity ? dkimRecords(identity) : [];
  if (records.length === 0) return skipped("SES names no DKIM records for the sender.");
  const found = await Promise.all(
    records.map(async ({ name, target }) =>
      (await recordsOf(() => around.dns.resolveCname(name))).includes(target),
    ),
  );
  const missing = records.filter((_, index) => !found[index]);
  if (missing.length === 0) return ok(`The DNS has all ${records.length} DKIM records.`);
  return problem(
    `The DNS lacks ${missing.length} of ${records.length} DKIM records. Add them; SES looks again by itself.`,
    ...missing.map(({ name, target }) => `${name} CNAME ${target}`),
  );
}

/** Looks for the DMARC policy of the sender's domain or of a parent domain. */
export async function checkDmarc({ dns, settings }: Surroundings): Promise<Finding> {
  const domain = domainOf(settings.senderAddress);
  if (domain.endsWith(".example")) return skipped("The sender's domain is only an example.");
  for (const one of domainAndParents(domain)) {
    const texts = (await recordsOf(() => dns.resolveTxt(`_dmarc.${one}`))).map((parts) => parts.join(""));
    const policy = texts.find((text) => /^v=DMARC1\b/.test(text));
    if (policy !== undefined) return ok(`_dmarc.${one} says ${policy}`);
  }
  return warning(
    `${domain} has no DMARC policy. Some mailboxes take its mail for spam.`,
    `_dmarc.${domain} TXT "v=DMARC1; p=none"`,
  );
}

const leastMailsPerDay = 100;

/** Says that the setting exceeds SES's quota, and the remedy. Empty if it does not. */
function aboveQuota(mailsPerDay: number, quota: number): string[] {
  if (mailsPerDay <= quota) return [];
  return [
    `"mailsPerDay" is ${mailsPerDay}, but SES sends ${quota} in 24 hours.`,
    `Set "mailsPerDay" in cdk.json to ${Math.max(leastMailsPerDay, Math.floor(quota / 2))}, since two days' mail can fall into 24 hours.`,
  ];
}

/** Checks that SES sends to any address, and that its quota allows the setting `mailsPerDay`. */
export async function checkSending({ ses, settings }: Surroundings): Promise<Finding> {
  const account = await call("ses", "GetAccount", () => ses.send(new GetAccountCommand({})));
  const quota = account.SendQuota?.Max24HourSend ?? 0;
  const isUnlimited = quota === -1;
  const above = isUnlimited ? [] : aboveQuota(settings.mailsPerDay, quota);
  if (!account.SendingEnabled)
    return problem(
      `SES has paused the sending of this account (${account.EnforcementStatus}).`,
      "Look at the account dashboard of the SES console.",
    );
  if (!account.ProductionAccessEnabled)
    return warning(
      `The account is in the SES sandbox: ${quota} mails a day, to verified addresses only.`,
      "aws sesv2 put-account-details --production-access-enabled --mail-type TRANSACTIONAL --website-url https://YOUR.SITE",
      "To try it before that, verify an address of yours:",
      "aws sesv2 create-email-identity --email-identity YOU@YOUR.SITE",
      ...above,
    );
  const [text, ...next] = above;
  if (text !== undefined) return warning(text, ...next);
  return ok(
    `SES sends ${isUnlimited ? "any number of" : quota} mails a day; "mailsPerDay" is ${settings.mailsPerDay}.`,
  );
}
