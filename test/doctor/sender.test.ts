import { describe, expect, test } from "vitest";
import {
  allGood,
  every,
  found,
  fresh,
  fullDns,
  identity,
  noDns,
  noRecord,
  noStack,
  outputs,
  records,
  settings,
  stackXml,
  startDoctor,
} from "./played.ts";
import type { Answers } from "./stand-in.ts";

const { doctor } = startDoctor();

describe("npm run doctor about the sender", () => {
  describe("if the sender's domain has an identity", () => {
    const GetEmailIdentity = () => identity;
    const made = every("ok", "sender");
    const { SenderDnsRecords, ...withoutIdentity } = outputs;
    const stackOf = (status: string, given: Record<string, string>) => () => stackXml(status, given);

    test.each<[string, Answers[string]]>([
      ["before the first deployment", noStack],
      ["after a first deployment that failed", stackOf("ROLLBACK_COMPLETE", {})],
      ["beside a stack that did not make it", stackOf("UPDATE_COMPLETE", withoutIdentity)],
    ])("reports %s that the deployment cannot make an existing identity again", async (_, DescribeStacks) => {
      const answers = { ...allGood, DescribeStacks, GetEmailIdentity };
      const { code, levels, text } = await doctor(answers);
      expect([code, levels.sender]).toEqual([1, "problem"]);
      expect(text).toMatch(
        /SES has sign-up\.acme\.test already.*\n +Set "senderIdentity": "existing" in cdk/,
      );
      expect(
        (await doctor(answers, { set: { ...settings, senderIdentity: "existing" } })).levels,
      ).toMatchObject(made);
    });

    test.each([
      ["of the stack that made it", stackOf("UPDATE_COMPLETE", outputs)],
      ["while the stack is made", stackOf("CREATE_IN_PROGRESS", {})],
    ])("finds no problem with the identity of the sender's domain %s", async (_, DescribeStacks) => {
      const { levels } = await doctor({ ...allGood, DescribeStacks, GetEmailIdentity });
      expect(levels).toMatchObject(made);
    });
  });

  test("asks to verify the address, not the domain, if the domain is a mailbox provider's", async () => {
    const set = { senderAddress: "me@gmail.com", senderIdentity: "existing" };
    const { levels, text } = await doctor(fresh, { set, dns: noDns });
    expect(levels).toMatchObject({ settings: "ok", sender: "problem" });
    expect(text).toContain("aws sesv2 create-email-identity --email-identity me@gmail.com");
  });

  test("reports DKIM records that the DNS lacks, and a DNS that does not answer", async () => {
    const resolveCname = async (name: string) =>
      name.startsWith("two") ? ["other.test"] : found(records, name);
    const lacking = await doctor(allGood, { dns: { ...fullDns, resolveCname } });
    expect(lacking.levels.dkim).toBe("problem");
    expect(lacking.text).toMatch(
      /lacks 1 of 3 DKIM records[^\n]+\n +two\._domainkey\.acme\.test CNAME two\.dkim/,
    );
    const resolveTxt = () => Promise.reject(noRecord("ETIMEOUT"));
    const silent = await doctor(allGood, { dns: { ...fullDns, resolveTxt } });
    expect(silent.levels.dmarc).toBe("warning");
  });
});
