import { parseArgs } from "node:util";
import { startAws } from "./server.ts";

const usage = `Usage: npm run aws [-- --port NUMBER] [-- --data DIRECTORY]

Runs the embedded AWS endpoint alone, until Ctrl-C.

  --port NUMBER     the port: 4566 by default, and 0 takes a free one
  --data DIRECTORY  keep the data there; by default it is in memory`;

try {
  const { port, data, help } = parseArgs({
    options: {
      port: { type: "string", default: "4566" },
      data: { type: "string" },
      help: { type: "boolean", short: "h" },
    },
  }).values;
  if (help) console.log(usage);
  else await serve(Number(port), data ?? null);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}

/** Serves until Ctrl-C or SIGTERM. */
async function serve(port: number, directory: string | null): Promise<void> {
  const aws = await startAws({ port, directory });
  console.log(aws.url);
  // Not `once`: under npm one Ctrl-C arrives twice, from the terminal and from npm.
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => aws.stop());
}
