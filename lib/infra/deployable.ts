import { rowsOf } from "../manifest/platform.ts";
import { domainOf } from "../settings/setting-values.ts";
import { defaultSender, type Settings } from "../settings/settings.ts";
import { SettingsError, wrongSetting } from "../settings/settings-error.ts";

/* What CloudFormation takes, or refuses after minutes, and no deployment should come to. */

/** Regions that have Lambda, DynamoDB and HTTP APIs, and no SES. */
const regionsWithoutSes = [
  "ap-east-1",
  "ap-east-2",
  "ap-southeast-4",
  "ap-southeast-6",
  "ap-southeast-7",
  "eu-south-2",
  "mx-central-1",
  "cn-north-1",
  "cn-northwest-1",
];

/** Domains of mailboxes: only their providers can put a record into their DNS. */
const mailProviders =
  /^((yahoo|hotmail|outlook|gmx|yandex)\.[a-z]{2,3}(\.[a-z]{2})?|(gmail|googlemail|live|msn|ymail|aol|icloud|me|mac|mail|protonmail|zoho|fastmail|hey|qq|163|126|comcast|tutanota)\.com|(proton|pm)\.me|(web|t-online|freenet|posteo)\.de|(orange|free|laposte)\.fr|libero\.it|mail\.ru)$/;

/** Whether nobody but a provider of mailboxes can prove this domain to SES. */
export const isMailProvider = (domain: string): boolean => mailProviders.test(domain);

/** An account has 1,000 executions at once unless AWS raised that, and 100 of them cannot be reserved. */
const reservableExecutions = 900;

/** What is wrong with the sender that `cdk.json` comes with; undefined where an owner has set one. */
export function untouchedSender({ senderAddress }: Settings): SettingsError | undefined {
  if (senderAddress !== defaultSender) return undefined;
  return wrongSetting(
    "senderAddress",
    `is still ${defaultSender}, from which no mail goes out: set an address of a domain of yours`,
  );
}

/**
 * Refuses settings that cannot be deployed.
 * @param region Where to, as far as that is known.
 * @throws SettingsError in one line that names the setting and what to do.
 */
export function refuseUndeployable(settings: Settings, region: string | undefined): void {
  refuseProvidersDomain(settings);
  refuseManyReserved(settings);
  if (region === undefined) return;
  refuseOtherRegions(settings, region);
  if (regionsWithoutSes.includes(region))
    throw new SettingsError(
      `Region ${region} has no SES, by which mail is sent: choose another by --region or AWS_REGION.`,
    );
}

function refuseProvidersDomain({ senderAddress, senderIdentity }: Settings): void {
  const domain = domainOf(senderAddress);
  if (senderIdentity !== "create" || !isMailProvider(domain)) return;
  throw wrongSetting(
    "senderAddress",
    `takes an address of a domain of yours, since ${domain} is its provider's: or verify this one address with SES, and set "senderIdentity" to "existing"`,
  );
}

/** API Gateway takes a certificate of its own region only, and functions work with stream and key of theirs. */
function refuseOtherRegions({ domain, existingData, stage }: Settings, region: string): void {
  const given: [key: string, noun: string, arn: string | undefined][] = [
    [
      "domain.certificateArn",
      "certificate",
      domain && "certificateArn" in domain ? domain.certificateArn : "",
    ],
    ["existingData.streamArn", "stream", existingData?.streamArn],
    ["existingData.keyArn", "key", existingData?.keyArn],
  ];
  // A stage takes over neither of them: they are its own.
  const path = stage === undefined ? "" : `stages.${stage}.`;
  for (const [key, noun, arn] of given) {
    const other = arn ? regionOf(arn) : region;
    if (other !== region)
      throw wrongSetting(
        path + key,
        `takes a ${noun} of ${region}, where the API is; this one is of ${other}`,
      );
  }
}

const regionOf = (arn: string) => arn.split(":")[3];

function refuseManyReserved({ contracts, reservedConcurrency: each = 0 }: Settings): void {
  const functions = rowsOf(contracts).length;
  if (functions * each <= reservableExecutions) return;
  const most = Math.floor(reservableExecutions / functions);
  throw wrongSetting(
    "reservedConcurrency",
    `reserves ${functions * each} executions for ${functions} functions, of ${reservableExecutions} that an account can reserve: set ${most} or less`,
  );
}
