import { Template } from "aws-cdk-lib/assertions";
import { describe, expect, test } from "vitest";
import { refuseUndeployable } from "../../lib/infra/deployable.ts";
import { readSettings } from "../../lib/settings/settings.ts";
import { at, makeStack, ofType, type Resources, render } from "./support.ts";

const name = "accounts.harbour.example";
const certificateArn =
  "arn:aws:acm:eu-central-1:123456789012:certificate/5e0c0b5a-1f0e-4c6b-9d4e-2a1b3c4d5e6f";
const inZone = { name, hostedZoneId: "Z0123456789ABCDEFGHIJ", hostedZone: "harbour.example" };
const withCertificate = { name, certificateArn };

function templateOf(settings: unknown): {
  Resources: Resources;
  Outputs: Record<string, { Value: unknown }>;
} {
  return Template.fromStack(makeStack(settings).stack).toJSON() as ReturnType<typeof templateOf>;
}
const publicUrlOf = (resources: Resources, id: string) =>
  at(resources, id).Properties.Environment.Variables.PUBLIC_URL;

const takesProof =
  'domain" in cdk.json takes "hostedZoneId" and "hostedZone", or "certificateArn" of an issued certificate, since a certificate that waits for its record would hold the deployment for ever.';

describe("the setting domain", () => {
  test("the setting domain with a hosted zone makes certificate, mapping and record, without a lookup in the AWS account", () => {
    const { Resources, Outputs } = templateOf({ domain: inZone });
    expect(at(Resources, "Certificate").Properties).toMatchObject({
      DomainName: name,
      ValidationMethod: "DNS",
      DomainValidationOptions: [{ DomainName: name, HostedZoneId: inZone.hostedZoneId }],
    });
    expect(at(Resources, "Domain").Properties).toMatchObject({
      DomainName: name,
      DomainNameConfigurations: [{ EndpointType: "REGIONAL" }],
    });
    expect(
      render(Resources, at(Resources, "Domain").Properties.DomainNameConfigurations[0].CertificateArn),
    ).toBe("Certificate");
    expect(at(Resources, "DomainMapping").Properties).toEqual({
      ApiId: { Ref: expect.stringMatching(/^Api/) },
      DomainName: { Ref: expect.stringMatching(/^Domain/) },
      Stage: "$default",
    });
    expect(at(Resources, "DomainRecord").Properties).toMatchObject({
      Name: `${name}.`,
      Type: "A",
      HostedZoneId: inZone.hostedZoneId,
    });
    expect(Outputs).not.toHaveProperty("DomainTarget");
    expect(makeStack({ domain: inZone }).app.synth().manifest.missing ?? []).toEqual([]);
  });

  test("the setting domain with a certificate makes the mapping, and names the target of the record", () => {
    const { Resources, Outputs } = templateOf({ domain: withCertificate });
    expect(ofType(Resources, "AWS::CertificateManager::Certificate")).toEqual([]);
    expect(ofType(Resources, "AWS::Route53::RecordSet")).toEqual([]);
    expect(at(Resources, "Domain").Properties.DomainNameConfigurations[0].CertificateArn).toBe(
      certificateArn,
    );
    expect(ofType(Resources, "AWS::ApiGatewayV2::ApiMapping")).toHaveLength(1);
    expect(render(Resources, Outputs.DomainTarget?.Value)).toBe("Domain.RegionalDomainName");
  });

  test("the setting domain may be the zone itself", () => {
    const { Resources } = templateOf({ domain: { ...inZone, name: "harbour.example" } });
    expect(at(Resources, "DomainRecord").Properties.Name).toBe("harbour.example.");
  });

  test.each([
    ["in a hosted zone", inZone],
    ["with a certificate", withCertificate],
  ])("sets the public URL, the issuer and the origin of links: %s", (_, domain) => {
    const { Resources, Outputs } = templateOf({ domain });
    for (const id of ["SendMail", "OpenidConfiguration", "LoginToken", "RegisterForm"])
      expect(publicUrlOf(Resources, id)).toBe(`https://${name}`);
    expect(Outputs.ApiUrl?.Value).toBe(`https://${name}`);
    // The administration prints links too.
    expect(readSettings({ domain }).publicUrl).toBe(`https://${name}`);
  });

  test("makes no domain, mapping or record if it is absent", () => {
    const { Resources, Outputs } = templateOf({});
    for (const type of ["ApiGatewayV2::DomainName", "ApiGatewayV2::ApiMapping", "Route53::RecordSet"])
      expect(ofType(Resources, `AWS::${type}`)).toEqual([]);
    expect(render(Resources, Outputs.ApiUrl?.Value)).toBe("Api.ApiEndpoint");
    expect(at(Resources, "Api").Properties).not.toHaveProperty("DisableExecuteApiEndpoint");
  });

  test("leaves API Gateway's own address open, unless defaultEndpoint closes it", () => {
    const open = templateOf({ domain: inZone }).Resources;
    expect(at(open, "Api").Properties).not.toHaveProperty("DisableExecuteApiEndpoint");
    const closed = templateOf({ domain: inZone, defaultEndpoint: "off" });
    expect(at(closed.Resources, "Api").Properties.DisableExecuteApiEndpoint).toBe(true);
    expect(closed.Outputs.ApiUrl?.Value).toBe(`https://${name}`);
  });

  test("the setting domain of the plain stack is not inherited by a stage, which may have its own", () => {
    const settings = {
      domain: inZone,
      defaultEndpoint: "off",
      stages: { dev: {}, test: { domain: { ...inZone, name: "test.harbour.example" } } },
    };
    expect(readSettings(settings, "dev")).toMatchObject({ defaultEndpoint: "on" });
    expect(readSettings(settings, "dev").domain).toBeUndefined();
    expect(readSettings(settings, "dev").publicUrl).toBeUndefined();
    expect(readSettings(settings, "test").publicUrl).toBe("https://test.harbour.example");
  });

  test.each<[string, unknown, string]>([
    ["no name", { domain: { certificateArn } }, 'domain.name" in cdk.json is missing.'],
    ["neither zone nor certificate", { domain: { name } }, takesProof],
    ["half a zone", { domain: { name, hostedZone: "harbour.example" } }, takesProof],
    ["both", { domain: { ...inZone, certificateArn } }, takesProof],
    [
      "a name of another zone",
      { domain: { ...inZone, hostedZone: "arbour.example" } },
      'domain" in cdk.json takes a name in the zone arbour.example.',
    ],
    [
      "a URL",
      { domain: { ...inZone, name: `https://${name}` } },
      'domain.name" in cdk.json takes a domain name in lower case, such as accounts.example.com.',
    ],
    [
      "a certificate that is not ACM's",
      { domain: { name, certificateArn: "arn:aws:iam::123456789012:server-certificate/x" } },
      'domain.certificateArn" in cdk.json takes the ARN of a certificate of ACM.',
    ],
    ["an unknown key", { domain: { ...inZone, zone: "x" } }, 'domain.zone" in cdk.json is not a setting.'],
    [
      "no object",
      { domain: name },
      'domain" in cdk.json takes an object of name, and hostedZoneId with hostedZone, or certificateArn.',
    ],
    [
      "a label of 64 characters",
      { domain: { ...inZone, name: `${"a".repeat(64)}.harbour.example` } },
      'domain.name" in cdk.json takes a domain name in lower case, such as accounts.example.com.',
    ],
    [
      "over 253 characters",
      { domain: { ...inZone, name: `${"a23456789.".repeat(25)}harbour.example` } },
      'domain.name" in cdk.json takes a domain name in lower case, such as accounts.example.com.',
    ],
    [
      "a list in its place",
      { domain: [] },
      'domain" in cdk.json takes an object of name, and hostedZoneId with hostedZone, or certificateArn.',
    ],
    [
      "a different public URL",
      { domain: inZone, publicUrl: "https://www.harbour.example" },
      'publicUrl" in cdk.json is https://accounts.harbour.example by "domain": leave it out.',
    ],
    [
      "no address at all",
      { defaultEndpoint: "off" },
      'defaultEndpoint" in cdk.json takes "off" only beside "domain": the API would have no address.',
    ],
  ])("the setting domain is refused in one line if it has %s", (_, settings, message) => {
    expect(() => readSettings(settings)).toThrow(`Setting "vestibule.${message}`);
  });

  test("accepts only a certificate of the API's region", () => {
    const settings = readSettings({ domain: withCertificate });
    expect(() => refuseUndeployable(settings, "eu-central-1")).not.toThrow();
    expect(() => refuseUndeployable(settings, undefined)).not.toThrow();
    expect(() => refuseUndeployable(settings, "us-east-1")).toThrow(
      'Setting "vestibule.domain.certificateArn" in cdk.json takes a certificate of us-east-1, where the API is; this one is of eu-central-1.',
    );
  });
});
