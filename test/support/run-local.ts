import { runLocal } from "../../lib/local/run-local.ts";

// Runs `bin/local.ts` with a test's data directory, the first argument.
const [directory = "", ...args] = process.argv.slice(2);
await runLocal(args, process.env, directory);
