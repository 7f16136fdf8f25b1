import { AwsError, accountId, own } from "../shared/protocol.ts";
import type { QueryService } from "../shared/query-protocol.ts";
import type { XmlValue } from "../shared/xml.ts";

/** The actions of STS by name. Every caller is the account's root, because there are no users here. */
export const stsActions: Record<string, () => XmlValue> = {
  GetCallerIdentity: () => ({
    Arn: `arn:aws:iam::${accountId}:root`,
    UserId: accountId,
    Account: accountId,
  }),
};

/** STS, which names the account of a caller's credentials. */
export const sts: QueryService = {
  async call(name) {
    const action = own(stsActions, name);
    if (action) return action();
    throw new AwsError("InvalidAction", `Could not find operation ${name} for version 2011-06-15`);
  },
};
