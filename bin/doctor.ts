import { runDoctor } from "../lib/doctor/run-doctor.ts";

process.exitCode = await runDoctor(process.argv.slice(2), console);
