import { join } from "node:path";
import { rowsOf } from "../manifest/platform.ts";
import { readMailFiles } from "../settings/mail-files.ts";
import { domainOf } from "../settings/setting-values.ts";
import { defaultSender, type Settings } from "../settings/settings.ts";
import { SettingsError, wrongSetting } from "../settings/settings-error.ts";

import { refuseLargeEnvironments } from "./environment-size.ts";

/* Checks of settings that CloudFormation accepts although they cannot work, or refuses only after minutes. */

const projectDirectory = join(import.meta.dirname, "../..");

/** Regions that have Lambda, DynamoDB and HTTP APIs, but not SES. */
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

/** Domains of mailbox providers. Only the provider can add records to their DNS. */
const mailProviders =
  /^((yahoo|hotmail|outlook|gmx|yandex)\.[a-z]{2,3}(\.[a-z]{2})?|(gmail|googlemail|live|msn|ymail|aol|icloud|me|mac|mail|protonmail|zoho|fastmail|hey|qq|163|126|comcast|tutanota)\.com|(proton|pm)\.me|(web|t-online|freenet|posteo)\.de|(orange|free|laposte)\.fr|libero\.it|mail\.ru)$/;

/** Whether the domain belongs to a mailbox provider, so that the owner cannot prove it to SES. */
export const isMailProvider = (domain: string): boolean => mailProviders.test(domain);

/** An AWS account has 1,000 concurrent executions unless AWS raises that, and 100 of them cannot be reserved. */
const reservableExecutions = 900;

/** The error of a sender that is still the default of `cdk.json`. @returns undefined if the owner has set one. */
export function untouchedSender(settings: Settings): SettingsError | undefined {
  if (settings.senderAddress !== defaultSender) return undefined;
  const words = `is still ${defaultSender}, from which no mail goes out: set an address of a domain of yours`;
  return wrongSetting("senderAddress", words, settings);
}

/**
 * Refuses every deployment that cannot work.
 * @throws SettingsError with one line that names the setting and the remedy.
 */
export function refuseDeployment(settings: Settings, region: string): void {
  const untouched = untouchedSender(settings);
  if (untouched) throw untouched;
  refuseUndeployable(settings, region);
}

/**
 * Refuses settings that cannot be deployed. A synth accepts the default sender, since it deploys nothing.
 * @param region The region of the deployment, if it is known.
 * @throws SettingsError with one line that names the setting and the remedy.
 */
export function refuseUndeployable(settings: Settings, region: string | undefined): void {
  refuseProvidersDomain(settings);
  refuseManyReserved(settings);
  if (region !== undefined) refuseRegion(settings, region);
  refuseLargeEnvironments(settings);
  readMailFiles(settings, projectDirectory);
}

function refuseRegion(settings: Settings, region: string): void {
  refuseOtherRegions(settings, region);
  if (regionsWithoutSes.includes(region))
    throw new SettingsError(
      `Region ${region} has no SES, by which mail is sent: choose another by --region or AWS_REGION.`,
    );
}

function refuseProvidersDomain(settings: Settings): void {
  const domain = domainOf(settings.senderAddress);
  if (settings.senderIdentity !== "create" || !isMailProvider(domain)) return;
  throw wrongSetting(
    "senderAddress",
    `takes an address of a domain of yours, since ${domain} is its provider's: or verify this one address with SES, and set "senderIdentity" to "existing"`,
    settings,
  );
}

/** Refuses resources of other regions: API Gateway needs the certificate in its region, functions the stream and the key. */
function refuseOtherRegions(settings: Settings, region: string): void {
  const { domain, existingData } = settings;
  const given: [key: string, noun: string, arn: string | undefined][] = [
    [
      "domain.certificateArn",
      "certificate",
      domain && "certificateArn" in domain ? domain.certificateArn : "",
    ],
    ["existingData.streamArn", "stream", existingData?.streamArn],
    ["existingData.keyArn", "key", existingData?.keyArn],
  ];
  for (const [key, noun, arn] of given) {
    const other = arn ? regionOf(arn) : region;
    if (other !== region)
      throw wrongSetting(
        key,
        `takes a ${noun} of ${region}, where the API is; this one is of ${other}`,
        settings,
      );
  }
}

const regionOf = (arn: string) => arn.split(":")[3];

function refuseManyReserved(settings: Settings): void {
  const { contracts, reservedConcurrency: each = 0 } = settings;
  const functions = rowsOf(contracts).length;
  if (functions * each <= reservableExecutions) return;
  const most = Math.floor(reservableExecutions / functions);
  throw wrongSetting(
    "reservedConcurrency",
    `reserves ${functions * each} executions for ${functions} functions, of ${reservableExecutions} that an account can reserve: set ${most} or less`,
    settings,
  );
}
