import { describe, expect, test } from "vitest";
import { clientOf } from "../../lib/http/client-address.ts";

describe("the client that a limit counts", () => {
  test.each([
    "192.0.2.1",
    "255.255.255.255",
    "10.0.0.10",
  ])("a limit counts the IPv4 address %s as itself", (address) => {
    expect(clientOf(address)).toBe(address);
  });

  // CVE-2026-45364: a limiter keyed on the raw text of an IPv6 address, of which every subscriber has 2^64.
  test.each([
    ["2001:db8:1:2::1", "2001:db8:1:2::/64"],
    ["2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"],
    ["2001:db8:1:2:0:0:0:0", "2001:db8:1:2::/64"],
    ["2001:db8:1:3::1", "2001:db8:1:3::/64"],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["2001:db8:0:0:1::", "2001:db8:0:0::/64"],
    ["2001::1:2:3:4:5:6", "2001:0:1:2::/64"],
    ["::", "0:0:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["1::", "1:0:0:0::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["fe80::1%1", "fe80:0:0:0::/64"],
    ["64:ff9b::192.0.2.1", "64:ff9b:0:0::/64"],
  ])("a limit counts the address %s as the network %s", (address, network) => {
    expect(clientOf(address)).toBe(network);
  });

  test.each([
    "2001:db8:0:2:0:0:0:1",
    "2001:0db8:0000:0002:0000:0000:0000:0001",
    "2001:DB8:0:2::1",
    "2001:db8::2:0:0:0:1",
    "2001:db8:0:2::0.0.0.1",
    "2001:db8:0:2::1%eth0",
  ])("a limit counts one client for the spelling %s", (address) => {
    expect(clientOf(address)).toBe("2001:db8:0:2::/64");
  });

  test.each([
    "::ffff:192.0.2.1",
    "::FFFF:192.0.2.1",
    "::ffff:c000:201",
    "0:0:0:0:0:ffff:192.0.2.1",
    "0000:0000:0000:0000:0000:ffff:c000:0201",
    "::ffff:192.0.2.1%eth0",
  ])("a limit counts %s as the embedded IPv4 address", (address) => {
    expect(clientOf(address)).toBe("192.0.2.1");
  });

  test.each([
    "::192.0.2.1",
    "::fffe:192.0.2.1",
    "1::ffff:192.0.2.1",
    "::ffff:0:192.0.2.1",
  ])("a limit does not count %s as an IPv4 address", (address) => {
    expect(clientOf(address)).toMatch(/::\/64$/);
  });

  test.each([
    "",
    "unknown",
    "192.0.2.1:80",
    "2001:db8::g",
    "::1::",
  ])("a limit counts the text %j as that text", (text) => {
    expect(clientOf(text)).toBe(text);
  });
});
