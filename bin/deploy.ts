import { runDeploy } from "../lib/deploy/run-deploy.ts";

process.exitCode = await runDeploy(process.argv.slice(2), process.env, console);
