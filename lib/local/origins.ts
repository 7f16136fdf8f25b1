import type { Settings } from "../settings/settings.ts";

/**
 * Lists the origins whose pages may call the API on this machine: its own under both names of this machine, and those
 * of the settings. The gateway's CORS and the functions' form check share this list, so that neither allows more.
 * @param urls The API's URLs, such as `http://127.0.0.1:3000`.
 */
export function originsOf(urls: readonly string[], { allowedOrigins, localOrigins }: Settings): string[] {
  return [...new Set([...urls.flatMap(ownOrigins), ...allowedOrigins, ...localOrigins])];
}

function ownOrigins(url: string): string[] {
  const { port, origin } = new URL(url);
  // URL drops port 80, as a browser's origin does.
  const names = ["127.0.0.1", "localhost"].map((name) => new URL(`http://${name}:${port || 80}`).origin);
  return [origin, ...names];
}
