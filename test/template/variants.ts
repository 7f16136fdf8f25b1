/** One contract's functions are enough where a setting changes another part. Linters take seconds for each template. */
const small = { contracts: ["token"] };

/** Settings with differing templates, by name. */
export const variants: Readonly<Record<string, object>> = {
  "all defaults": {},
  "one contract with hidden taken emails": { contracts: ["signup"], hideTakenEmails: true },
  "pages only": { contracts: ["form"], signUp: "by-invitation" },
  "no events": { ...small, events: false },
  "another event bus": { ...small, events: "people" },
  "data deleted with the stack": { ...small, retainData: false },
  "capped functions and a warm table": {
    ...small,
    reservedConcurrency: 5,
    warmThroughput: { readUnitsPerSecond: 12_000, writeUnitsPerSecond: 4_000 },
  },
  "an existing identity": { ...small, senderIdentity: "existing", senderAddress: "hello@example.com" },
  "an app on another origin": {
    ...small,
    allowedOrigins: ["https://app.example.com"],
    publicUrl: "https://login.example.com",
  },
  "existing data": {
    ...small,
    existingData: {
      tableName: "people",
      streamArn: "arn:aws:dynamodb:eu-central-1:111111111111:table/people/stream/2026-11-28T00:00:00.000",
      bucketName: "people-homes",
      keyArn: "arn:aws:kms:eu-central-1:111111111111:key/019b0000-0000-7000-8000-000000000001",
    },
  },
  "alarms by mail": { ...small, alarmEmail: "ops@example.com", logRetentionDays: 365 },
  "mail templates": {
    ...small,
    mailTexts: "texts.json",
    mailLayout: "layout.html",
    productName: "Müller & Söhne",
  },
  "a domain in a hosted zone": {
    ...small,
    domain: {
      name: "accounts.example.com",
      hostedZoneId: "Z0123456789ABCDEFGHIJ",
      hostedZone: "example.com",
    },
    defaultEndpoint: "off",
  },
  "a domain with a certificate": {
    ...small,
    domain: {
      name: "accounts.example.com",
      certificateArn:
        "arn:aws:acm:eu-central-1:123456789012:certificate/5e0c0b5a-1f0e-4c6b-9d4e-2a1b3c4d5e6f",
    },
  },
};
