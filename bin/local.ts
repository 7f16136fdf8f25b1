import { runLocal } from "../lib/local/run-local.ts";

await runLocal(process.argv.slice(2), process.env);
