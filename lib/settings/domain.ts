import * as v from "valibot";
import { hostName, objectOf, textOf } from "./setting-values.ts";

const takesProof =
  'takes "hostedZoneId" and "hostedZone", or "certificateArn" of an issued certificate, since a certificate that waits for its record would hold the deployment for ever';

/** A domain name of the API, with the hosted zone that validates its certificate, or with an issued certificate. */
export const domainSchema = v.pipe(
  objectOf(
    {
      name: hostName,
      hostedZoneId: v.optional(
        textOf(/^[A-Z0-9]{1,32}$/, "takes the id of a hosted zone, such as Z0123456789ABCDEFGHIJ"),
      ),
      hostedZone: v.optional(hostName),
      certificateArn: v.optional(
        textOf(
          /^arn:[a-z-]+:acm:[a-z0-9-]+:\d{12}:certificate\/[\w-]+$/,
          "takes the ARN of a certificate of ACM",
        ),
      ),
    },
    "name, and hostedZoneId with hostedZone, or certificateArn",
  ),
  v.rawTransform(({ dataset: { value }, addIssue, NEVER }): Domain => {
    const { name, hostedZoneId: id, hostedZone: zone, certificateArn } = value;
    if (certificateArn && !id && !zone) return { name, certificateArn };
    if (!id || !zone || certificateArn) addIssue({ message: takesProof });
    else if (name !== zone && !name.endsWith(`.${zone}`))
      addIssue({ message: `takes a name in the zone ${zone}` });
    else return { name, zone: { id, name: zone } };
    return NEVER;
  }),
);

/** The API's own domain name, in addition to API Gateway's address. */
export type Domain = { readonly name: string } & (
  | { readonly zone: { readonly id: string; readonly name: string } }
  | { readonly certificateArn: string }
);

interface Addresses {
  readonly domain?: Domain | undefined;
  readonly publicUrl?: string | undefined;
  readonly defaultEndpoint: "on" | "off";
}

/** The public URL of an API with a domain. */
export const originOf = ({ name }: Domain) => `https://${name}`;

/** Finds a setting that contradicts the API's domain. */
export function misplacedAddress({ domain, publicUrl, defaultEndpoint }: Addresses) {
  if (!domain && defaultEndpoint === "off")
    return {
      key: "defaultEndpoint",
      words: 'takes "off" only beside "domain": the API would have no address',
    };
  if (!domain || publicUrl === undefined || publicUrl === originOf(domain)) return undefined;
  return { key: "publicUrl", words: `is ${originOf(domain)} by "domain": leave it out` };
}
