import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { cloudFormationStacks } from "../../lib/deploy/stacks.ts";

// A stand-in that speaks CloudFormation's protocol, so that the SDK sends and reads real messages.
let server: Server;
let answer: { status: number; body: string };
const asked: URLSearchParams[] = [];
const before = { ...process.env };

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    asked.push(new URLSearchParams(Buffer.concat(chunks).toString()));
    response.writeHead(answer.status, { "content-type": "text/xml" }).end(answer.body);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  process.env.AWS_ENDPOINT_URL_CLOUDFORMATION = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  process.env.AWS_ACCESS_KEY_ID = "x";
  process.env.AWS_SECRET_ACCESS_KEY = "x";
});
afterEach(() => void asked.splice(0));
afterAll(() => {
  process.env = before;
  server.close();
});

const stacks = () => cloudFormationStacks({ region: "eu-central-1" });
const inXml = (operation: string, content: string) =>
  `<${operation}Response xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><${operation}Result>${content}</${operation}Result></${operation}Response>`;
const error = (code: string, message: string) => ({
  status: 400,
  body: `<ErrorResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`,
});

describe("the stacks of CloudFormation", () => {
  test("the stacks of CloudFormation are found with their status, protection and outputs", async () => {
    const member =
      "<member><StackName>Vestibule</StackName><StackStatus>ROLLBACK_COMPLETE</StackStatus><EnableTerminationProtection>true</EnableTerminationProtection><CreationTime>2026-11-28T10:00:00Z</CreationTime><Outputs><member><OutputKey>ApiUrl</OutputKey><OutputValue>https://a.example</OutputValue></member></Outputs></member>";
    answer = { status: 200, body: inXml("DescribeStacks", `<Stacks>${member}</Stacks>`) };
    expect(await stacks().find("Vestibule")).toEqual({
      status: "ROLLBACK_COMPLETE",
      isProtected: true,
      outputs: { ApiUrl: "https://a.example" },
    });
    expect(Object.fromEntries(asked[0] ?? [])).toMatchObject({
      Action: "DescribeStacks",
      StackName: "Vestibule",
    });
  });

  test("the stacks of CloudFormation are reported as missing if CloudFormation knows none of this name", async () => {
    answer = error("ValidationError", "Stack with id Vestibule does not exist");
    expect(await stacks().find("Vestibule")).toBeUndefined();
  });

  test("the stacks of CloudFormation fail to be read if the permission is missing", async () => {
    answer = error("AccessDenied", "User is not authorized to perform cloudformation:DescribeStacks");
    await expect(stacks().find("Vestibule")).rejects.toThrow("not authorized");
  });

  test("the stacks of CloudFormation lose their protection by unprotect", async () => {
    answer = { status: 200, body: inXml("UpdateTerminationProtection", "<StackId>x</StackId>") };
    await stacks().unprotect("Vestibule-dev");
    expect(Object.fromEntries(asked[0] ?? [])).toMatchObject({
      Action: "UpdateTerminationProtection",
      StackName: "Vestibule-dev",
      EnableTerminationProtection: "false",
    });
  });
});
