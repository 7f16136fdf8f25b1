import { once } from "node:events";
import { createServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { freeAfter, isTaken } from "../../lib/local/ports.ts";

/** Takes a port until the end of the test. */
async function take(port: number): Promise<number> {
  const server = createServer().listen(port, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return (server.address() as { port: number }).port;
}

test("the port that npm start suggests is free, and not the other port", async () => {
  // Below the range from which systems take the ports of connections.
  const first = await take(await freeAfter(10_000 + Math.floor(Math.random() * 20_000), 0));
  const next = await freeAfter(first, 0);
  expect(next).toBeGreaterThan(first);
  expect(await isTaken(next)).toBe(false);
  await take(next);
  const further = await freeAfter(first, 0);
  expect(further).toBeGreaterThan(next);
  expect(await freeAfter(first, further)).toBeGreaterThan(further);
  expect(await freeAfter(80, 0)).toBeGreaterThanOrEqual(3_080);
  expect(await freeAfter(65_535, 0)).toBeGreaterThanOrEqual(1_024);
});
