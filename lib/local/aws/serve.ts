import { parseArgs } from "node:util";
import { startAws } from "./server.ts";

/*
 * Runs the endpoint alone until Ctrl-C or SIGTERM: `npm run aws -- [--port 4566] [--data DIRECTORY]`. Without a
 * directory the data is in memory.
 */
try {
  const { port, data } = parseArgs({
    options: { port: { type: "string", default: "4566" }, data: { type: "string" } },
  }).values;
  const aws = await startAws({ port: Number(port), directory: data ?? null });
  console.log(aws.url);
  // Not `once`: under npm one Ctrl-C arrives twice, from the terminal and from npm.
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => aws.stop());
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
