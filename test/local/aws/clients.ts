import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import { KMSClient } from "@aws-sdk/client-kms";
import { S3Client } from "@aws-sdk/client-s3";
import { SESClient, SendEmailCommand } from "@aws-sdk/client-ses";
import { settingsOf } from "./support.ts";

/**
 * The real clients of every service. A test of one service imports only its client, because each takes time to load.
 */
export function clientsOf(endpoint: string) {
  const settings = settingsOf(endpoint);
  return {
    dynamoDb: new DynamoDBClient(settings),
    streams: new DynamoDBStreamsClient(settings),
    kms: new KMSClient(settings),
    ses: new SESClient(settings),
    s3: new S3Client(settings),
  };
}

/** Sends a message from `me@sender.example`. */
export function sendMail(ses: SESClient, address = "ada@example.com") {
  const Message = { Subject: { Data: "s" }, Body: { Text: { Data: "t" } } };
  const Destination = { ToAddresses: [address] };
  return ses.send(new SendEmailCommand({ Source: "me@sender.example", Destination, Message }));
}
