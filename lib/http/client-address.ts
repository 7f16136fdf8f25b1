import { isIPv6 } from "node:net";

/**
 * The client that limits count: an IPv4 address, or the /64 network of an IPv6 address, since one subscriber has all its
 * addresses. An IPv4 address written as IPv6 counts as the IPv4 address.
 * @param sourceIp API Gateway's `sourceIp`, never a header.
 */
export function clientOf(sourceIp: string): string {
  if (!isIPv6(sourceIp)) return sourceIp;
  const groups = expand(sourceIp);
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (isMapped)
    return groups
      .slice(6)
      .flatMap((group) => [group >> 8, group & 0xff])
      .join(".");
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(":")}::/64`;
}

/** The eight groups of an IPv6 address. */
function expand(address: string): number[] {
  // URL's host parser reads every spelling, dotted quads too, and returns the canonical one.
  const canonical = new URL(`http://[${address.split("%", 1)[0]}]/`).hostname.slice(1, -1);
  const [head = "", tail] = canonical.split("::");
  const parse = (part: string) =>
    part === "" ? [] : part.split(":").map((group) => Number.parseInt(group, 16));
  const left = parse(head);
  const right = parse(tail ?? "");
  return [...left, ...Array<number>(8 - left.length - right.length).fill(0), ...right];
}
