import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, chromium } from "playwright-core";

const names = ["chromium", "chromium-browser", "google-chrome"];

/**
 * Starts this machine's Chromium without a window.
 * @throws Error that says what to install, if there is no Chromium.
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
      "The browser tests need Chromium: apt-get install chromium, or set the variable CHROMIUM to the path of yours.",
    );
  return chromium.launch({
    executablePath,
    // Root in a container may not use the sandbox. The other options stop background requests to the network.
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
