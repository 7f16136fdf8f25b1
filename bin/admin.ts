import { runAdmin } from "../lib/admin/run-admin.ts";
import { runningPorts } from "../lib/local/running-ports.ts";

// `--local` finds the runner by the variables of its ports.
Object.assign(process.env, { ...runningPorts(), ...process.env });
process.exitCode = await runAdmin(process.argv.slice(2), process.env, console);
