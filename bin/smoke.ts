import { runSmoke } from "../lib/smoke/run-smoke.ts";

process.exitCode = await runSmoke(process.argv.slice(2), console);
