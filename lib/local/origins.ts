import type { Settings } from "../settings/settings.ts";

/**
 * The origins whose pages may call the API on this machine: its own, under both names of this machine, and those of the
 * settings. The gateway's CORS and the functions' check of forms both take this list, so that neither lets in more.
 * @param urls Where the API is, such as `http://127.0.0.1:3000`.
 */
export function originsOf(urls: readonly string[], { allowedOrigins, localOrigins }: Settings): string[] {
  return [...new Set([...urls.flatMap(ownOrigins), ...allowedOrigins, ...localOrigins])];
}

function ownOrigins(url: string): string[] {
  const { port, origin } = new URL(url);
  // By way of URL, since a browser's origin leaves out port 80.
  const names = ["127.0.0.1", "localhost"].map((name) => new URL(`http://${name}:${port || 80}`).origin);
  return [origin, ...names];
}
