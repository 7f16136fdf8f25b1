import { CfnOutput } from "aws-cdk-lib";
import { ApiMapping, DomainName } from "aws-cdk-lib/aws-apigatewayv2";
import { Certificate, CertificateValidation, type ICertificate } from "aws-cdk-lib/aws-certificatemanager";
import { ARecord, HostedZone, type IHostedZone, RecordTarget } from "aws-cdk-lib/aws-route53";
import { ApiGatewayv2DomainProperties } from "aws-cdk-lib/aws-route53-targets";
import type { Construct } from "constructs";
import type { Domain } from "../settings/domain.ts";
import type { Api } from "./api.ts";

/**
 * Serves the API at a domain. With a hosted zone of this AWS account, it also makes the certificate and the record.
 * Otherwise an output names the record's target.
 */
export function serveAt(scope: Construct, domain: Domain, { api, stage }: Api): void {
  // The zone is taken by its attributes, since a lookup would need the AWS account at synth.
  const zone =
    "zone" in domain
      ? HostedZone.fromHostedZoneAttributes(scope, "Zone", {
          hostedZoneId: domain.zone.id,
          zoneName: domain.zone.name,
        })
      : undefined;
  const domainName = new DomainName(scope, "Domain", {
    domainName: domain.name,
    certificate: certificateOf(scope, domain, zone),
  });
  new ApiMapping(scope, "DomainMapping", { api, domainName, stage });
  if (zone) pointTo(scope, domain, domainName, zone);
  else
    new CfnOutput(scope, "DomainTarget", {
      description: `Target of the CNAME record of ${domain.name}`,
      value: domainName.regionalDomainName,
    });
}

function certificateOf(scope: Construct, domain: Domain, zone: IHostedZone | undefined): ICertificate {
  if ("certificateArn" in domain)
    return Certificate.fromCertificateArn(scope, "Certificate", domain.certificateArn);
  const validation = CertificateValidation.fromDns(zone);
  return new Certificate(scope, "Certificate", { domainName: domain.name, validation });
}

function pointTo(scope: Construct, { name }: Domain, domainName: DomainName, zone: IHostedZone): void {
  const { regionalDomainName, regionalHostedZoneId } = domainName;
  const target = RecordTarget.fromAlias(
    new ApiGatewayv2DomainProperties(regionalDomainName, regionalHostedZoneId),
  );
  // A final dot makes CDK use the name unchanged, whether it is the zone's own or one below it.
  new ARecord(scope, "DomainRecord", { zone, recordName: `${name}.`, target });
}
