import { afterEach, describe, expect, test } from "vitest";
import { eventBridgeBus } from "../../lib/aws/event-bus.ts";
import type { AccountEvent } from "../../lib/core/outbox/account-event.ts";
import { announcement } from "../../lib/core/outbox/announcement.ts";
import { randomIds } from "../../lib/core/shared/ids.ts";
import { startEmbedded } from "./table/embedded.ts";
import { newAccount } from "./table/records.ts";

const embedded = startEmbedded();

const someEvent = (): AccountEvent => {
  const { order } = announcement(
    "account.verified",
    newAccount(),
    randomIds,
    "019b0000-0000-7000-8000-000000000001",
  );
  if (order.kind !== "announce") throw new Error("another job");
  return order;
};

describe("the event bus", () => {
  afterEach(() => {
    embedded.aws.faults.clear();
    embedded.aws.events.clear();
  });

  test("publishes an event under its name, from vestibule, with only ids, time and contract", async () => {
    const event = someEvent();
    await eventBridgeBus("default", "vestibule").publish(event);
    const { eventId, accountId, at } = event;
    expect(embedded.aws.events.list()).toEqual([
      {
        eventBus: "default",
        version: "0",
        id: expect.not.stringContaining(eventId),
        "detail-type": "account.verified",
        source: "vestibule",
        account: "000000000000",
        time: at.replace(/\.\d+/, ""),
        region: "us-east-1",
        resources: [],
        detail: { id: eventId, accountId, at, contract: "signup" },
      },
    ]);
  });

  test("the event bus publishes to the named bus, from the named source", async () => {
    await eventBridgeBus("people", "vestibule.dev").publish(someEvent());
    expect(embedded.aws.events.list()).toMatchObject([{ eventBus: "people", source: "vestibule.dev" }]);
  });

  test("the event bus publishes nothing if events are off", async () => {
    await eventBridgeBus("", "vestibule").publish(someEvent());
    expect(embedded.aws.events.list()).toEqual([]);
  });

  test("rejects an entry that the bus refuses in a 200 response", async () => {
    const nameless = { ...someEvent(), event: "" as AccountEvent["event"] };
    await expect(eventBridgeBus("default", "vestibule").publish(nameless)).rejects.toMatchObject({
      name: "DependencyFault",
      message: "eventbridge PutEvents: InvalidArgument",
      retryable: false,
    });
  });

  test.each([
    ["AccessDeniedException", 400, false],
    ["InternalException", 500, true],
    ["ThrottlingException", 400, true],
  ])("maps the bus's error %s to a fault", async (error, status, retryable) => {
    embedded.aws.faults.order({ service: "events", operation: "PutEvents", error, status });
    await expect(eventBridgeBus("default", "vestibule").publish(someEvent())).rejects.toMatchObject({
      message: `eventbridge PutEvents: ${error}`,
      retryable,
    });
  });
});
