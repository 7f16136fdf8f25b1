import { setTimeout as sleep } from "node:timers/promises";
import { BroadcastChannel, threadId } from "node:worker_threads";
import type { Context } from "aws-lambda";

type Act =
  | { readonly act: "answer"; readonly answer: unknown }
  | { readonly act: "sleep"; readonly milliseconds: number }
  | { readonly act: "meet"; readonly threads: number }
  | { readonly act: "throw" | "exit" | "crash-later" | "loop" | "circular" | "leave-out" }
  | { readonly act: "describe" | "date" }
  | { readonly act: "write"; readonly line: string };

let isBusy = false;

/** Acts as its event says, so that a test sees the runner's reaction. */
export async function handler(event: Act, context: Context): Promise<unknown> {
  if (isBusy) throw new Error("two events at once");
  isBusy = true;
  try {
    return await perform(event, context);
  } finally {
    isBusy = false;
  }
}

async function perform(event: Act, context: Context): Promise<unknown> {
  switch (event.act) {
    case "answer":
      return event.answer;
    case "sleep":
      await sleep(event.milliseconds);
      return { threadId };
    case "meet":
      await meet(event.threads);
      return { threadId };
    case "throw":
      throw new RangeError("out of range");
    case "exit":
      return process.exit(3);
    case "crash-later":
      setTimeout(() => {
        throw new Error("nobody catches this");
      });
      await sleep(5_000);
      return undefined;
    case "loop":
      for (;;);
    case "circular": {
      const self: Record<string, unknown> = {};
      self.self = self;
      return self;
    }
    case "leave-out":
      return undefined;
    case "date":
      return { date: new Date(0), missing: undefined };
    case "write":
      process.stdout.write(`${event.line}\n`);
      console.error("and an error");
      return null;
    case "describe": {
      const { getRemainingTimeInMillis, ...rest } = context;
      return { environment: process.env, context: rest, remaining: getRemainingTimeInMillis() };
    }
  }
}

/** The known threads of this function, including this one. */
const met = new Set([threadId]);
let isHere = false;

/** Waits until the given number of threads have met. */
async function meet(threads: number): Promise<void> {
  if (!isHere) enter();
  while (met.size < threads) await sleep(5);
}

function enter(): void {
  isHere = true;
  const channel = new BroadcastChannel("actors");
  channel.onmessage = (message) => {
    const { data } = message as { data: number };
    // A thread that started later has not heard of this one.
    if (!met.has(data)) channel.postMessage(threadId);
    met.add(data);
  };
  channel.postMessage(threadId);
}
