import { runSam } from "../lib/local/sam/run-sam.ts";

await runSam(process.argv.slice(2), process.env);
