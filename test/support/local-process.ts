import { startLocal } from "../../lib/local/start-local.ts";
import { readSettings } from "../../lib/settings/settings.ts";

// Runs the local runner with its data in a test's directory, so that the test can kill and restart it.
const { apiUrl, awsUrl } = await startLocal({
  port: 0,
  awsPort: 0,
  directory: process.argv[2] as string,
  settings: readSettings(),
  environment: { BCRYPT_COST: "4" },
  print: () => {},
});
console.log(`API ${apiUrl} AWS ${awsUrl}`);
