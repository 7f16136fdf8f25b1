import { fileURLToPath } from "node:url";
import type { Settings } from "../settings/settings.ts";
import { type Command, defaultAwsPort, defaultPort, readCommand, UsageError, usage } from "./command-line.ts";
import { signUpCommand } from "./gateway/sign-up-command.ts";
import type { Local } from "./local.ts";
import { freeAfter } from "./ports.ts";
import { forgetPorts, notePorts } from "./running-ports.ts";

const projectDirectory = fileURLToPath(new URL("../..", import.meta.url));
const secondSignalMs = 500;

/**
 * Runs Vestibule on this machine until it is stopped, then ends the process. The exit code is 0 after Ctrl-C or
 * SIGTERM, and 1 after an error line.
 * @param directory The folder of the data, unless `--memory` is given.
 */
export async function runLocal(
  args: readonly string[],
  variables: NodeJS.ProcessEnv,
  directory = `${projectDirectory}.local`,
): Promise<void> {
  // Threads inherit the process's time zone. Lambda uses UTC.
  process.env.TZ = "UTC";
  // The reader of the output has closed the pipe, as `head` does.
  process.stdout.on("error", () => process.exit(0));
  try {
    const command = readCommand(args, variables);
    if (!command) return console.log(usage);
    // Invalid settings print their error line alone.
    const settings = await loadSettings(command.stage);
    console.log("Vestibule is starting.");
    await serve(command, settings, command.keepsData ? directory : null);
  } catch (error) {
    console.error(await explain(error as Failure, directory));
    process.exit(1);
  }
}

async function serve(command: Command, settings: Settings, directory: string | null): Promise<void> {
  // This import is slow, so the first line of output comes before it.
  const { startLocal } = await import("./start-local.ts");
  const local = await startLocal({
    ...command,
    directory,
    settings,
    keepsSpare: true,
    print: (line) => console.log(line),
  });
  endWith(local);
  await local.warmUp();
  notePorts(local);
  console.log(banner(local, directory, settings));
  // A parent process waits for this message.
  process.send?.("ready");
}

/** Ends the process after Ctrl-C or SIGTERM, and at once after a second signal. */
function endWith(local: Local): void {
  let since: number | undefined;
  const end = () => {
    if (since !== undefined) {
      // Under npm one Ctrl-C arrives twice: from the terminal and from npm.
      if (Date.now() - since > secondSignalMs) process.exit(0);
      return;
    }
    since = Date.now();
    console.log("Vestibule is stopping.");
    forgetPorts(local);
    local.stop().then(
      () => process.exit(0),
      (error) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  process.on("SIGINT", end);
  process.on("SIGTERM", end);
  // The parent process has ended.
  process.on("disconnect", end);
}

async function loadSettings(stage: string | undefined): Promise<Settings> {
  const [{ SettingsError }, { readSettingsFile }, { readMailFiles }] = await Promise.all([
    import("../settings/settings.ts"),
    import("../settings/settings-file.ts"),
    import("../settings/mail-files.ts"),
  ]);
  try {
    const settings = readSettingsFile(stage);
    readMailFiles(settings, projectDirectory);
    return settings;
  } catch (error) {
    throw error instanceof SettingsError ? new UsageError(error.message) : error;
  }
}

function banner({ apiUrl, publicUrl, awsUrl }: Local, directory: string | null, settings: Settings): string {
  const { contracts, signUp } = settings;
  const command = signUpCommand(publicUrl, settings)?.replace(/^/gm, "  ");
  // The page belongs to the contract `form`.
  const page = contracts.includes("form")
    ? `\n  Sign up  ${publicUrl}/register (a page for your browser)`
    : "";
  const invite = `
Sign-ups need an invitation. This command makes one, for the field "invite".

  npm run admin -- invite --local --public-url ${publicUrl}
`;
  return `
  Start    ${apiUrl}/ (links to all pages)
  API      ${publicUrl}${page}
  Mailbox  ${apiUrl}/_local/mailbox
  Events   ${apiUrl}/_local/events.json
  AWS      ${awsUrl}
  Data     ${directory ?? "kept in memory"}
${signUp === "by-invitation" ? invite : ""}
Try it:

${command ? `${command}\n\n` : ""}  AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local \\
    aws --endpoint-url ${awsUrl} --region us-east-1 dynamodb scan --table-name vestibule

Ctrl-C ends it.
`;
}

type Failure = Error & { readonly code?: string; readonly port?: number };

const keepNoData = "or keep no data: npm start -- --memory";
/** Error codes, of the system and of LevelDB, that mean that the directory cannot hold data. */
const dataTrouble = /^(LEVEL_.*|EACCES|EDQUOT|EEXIST|ENOSPC|ENOTDIR|EPERM|EROFS)$/;

/** Explains in one line an error that the user can correct. Any other error is a bug and shows its stack. */
async function explain(error: Failure, directory: string): Promise<string> {
  const { code = "", port = 0, message } = error;
  if (error instanceof UsageError) return message;
  if (code === "EADDRINUSE") return `Port ${port} is taken. ${await chooseAnother(port)}`;
  if (code === "EACCES" && port !== 0) return `You may not use port ${port}. ${await chooseAnother(port)}`;
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND") {
    return "--host takes an address of this machine, such as 0.0.0.0.";
  }
  if (code === "LEVEL_LOCKED") return `Another Vestibule uses the data in .local. End it, ${keepNoData}`;
  if (dataTrouble.test(code))
    return `${directory} cannot hold the data: ${message}. Put that right, ${keepNoData}`;
  return error.stack ?? String(error);
}

/** Names a free port. A variable that is set already is repeated, since the other port may be taken too. */
async function chooseAnother(port: number): Promise<string> {
  const { PORT, AWS_PORT } = process.env;
  const [apiPort, awsPort] = [Number(PORT || defaultPort), Number(AWS_PORT || defaultAwsPort)];
  const isAws = port === awsPort;
  const free = await freeAfter(port, isAws ? apiPort : awsPort);
  const [taken, other] = isAws ? ["AWS_PORT", "PORT"] : ["PORT", "AWS_PORT"];
  const kept = Number(process.env[other]) ? `${other}=${process.env[other]} ` : "";
  return `Choose another: ${kept}${taken}=${free} npm start`;
}
