import { runLocal } from "../../lib/local/run-local.ts";

/** `bin/local.ts` with a data directory of the test's own: its first argument. */
const [directory = "", ...args] = process.argv.slice(2);
await runLocal(args, process.env, directory);
