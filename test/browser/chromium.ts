import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, chromium } from "playwright-core";

const names = ["chromium", "chromium-browser", "google-chrome"];

/**
 * Starts the Chromium of this machine, headless.
 * @throws Error that says what is needed, if there is none.
 */
export function openChromium(): Promise<Browser> {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const places = [
    process.env.CHROMIUM,
    ...folders.flatMap((folder) => names.map((name) => join(folder, name))),
  ];
  const executablePath = places.find((place) => place && isExecutable(place));
  if (!executablePath)
    throw new Error(
      "The browser tests need Chromium: apt-get install chromium, or name yours in the variable CHROMIUM.",
    );
  return chromium.launch({
    executablePath,
    // A container's root may not use the sandbox, and a machine without a network shall not be asked for one.
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"],
  });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
