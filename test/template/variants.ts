/** Functions of one contract are enough where a setting changes something else: linters take seconds for each template. */
const small = { contracts: ["token"] };

/** Settings whose templates differ in what they hold, each by a name. */
export const variants: Readonly<Record<string, object>> = {
  "all defaults": {},
  "one contract, taken addresses hidden": { contracts: ["signup"], hideTakenEmails: true },
  "pages alone": { contracts: ["form"], signUp: "by-invitation" },
  "no events": { ...small, events: false },
  "a bus of one's own": { ...small, events: "people" },
  "data that goes with the stack": { ...small, retainData: false },
  "capped functions and a warm table": {
    ...small,
    reservedConcurrency: 5,
    warmThroughput: { readUnitsPerSecond: 12_000, writeUnitsPerSecond: 4_000 },
  },
  "an identity that is there": { ...small, senderIdentity: "existing", senderAddress: "hello@example.com" },
  "an app on another origin": {
    ...small,
    allowedOrigins: ["https://app.example.com"],
    publicUrl: "https://login.example.com",
  },
  "alarms by mail": { ...small, alarmEmail: "ops@example.com", logRetentionDays: 365 },
  "mail templates": {
    ...small,
    mailTexts: "texts.json",
    mailLayout: "layout.html",
    productName: "Müller & Söhne",
  },
};
