import fc from "fast-check";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { languageSchema } from "../../../lib/core/account/language.ts";

const read = (text: string) => {
  const { success, output } = v.safeParse(languageSchema, text);
  return success ? output : undefined;
};

describe("a language tag", () => {
  test.each([
    ["en", "en"],
    ["en-us", "en-US"],
    ["EN", "en"],
    ["pt-BR", "pt-BR"],
    ["PT-br", "pt-BR"],
    ["zh-hans-cn", "zh-Hans-CN"],
    ["es-419", "es-419"],
    ["iw", "he"],
    ["de-1996", "de-1996"],
    ["zh-latn-cn-wadegile", "zh-Latn-CN-wadegile"],
    ["art-lojban", "jbo"],
    // Keyboards and clipboards add white space.
    [" en", "en"],
    ["en\n", "en"],
    ["\u200een\u200b", "en"],
    // Java's Locale.toString
    ["en_US", "en-US"],
    ["pt_BR", "pt-BR"],
    // organicmaps PR 13197, react-native-localize #248: Android 14 adds a person's regional preferences.
    ["es-u-ms-metric", "es"],
    ["en-US-u-fw-mon-mu-celsius", "en-US"],
    ["de-DE-u-co-phonebk-t-en", "de-DE"],
    ["sl-rozaj-biske-1994-x-home", "sl-1994-biske-rozaj"],
    ["en-a-bbb-x-a-ccc", "en"],
    [`en-u-${"abcdefgh-".repeat(20)}abc`, "en"],
    // tolgee #20: languages of three letters, newer than a runtime's list of names.
    ["apc", "apc"],
    ["skr", "skr"],
    ["yue-HK", "yue-HK"],
    // An extended language stands for itself (RFC 5646 2.2.2).
    ["zh-yue", "yue"],
    ["zh-cmn-Hans-CN", "zh-Hans-CN"],
    ["sgn-ase", "ase"],
    // Grandfathered tags by their Preferred-Value.
    ["i-klingon", "tlh"],
    ["en-GB-oed", "en-GB-oxendict"],
    ["sgn-BE-FR", "sfb"],
    ["zh-min-nan", "nan"],
    // ICU's own replacements, here so that an upgrade shows.
    ["cnr", "sr-ME"],
    ["cmn", "zh"],
  ])("the language tag %j is read as %s", (given, tag) => {
    expect(read(given)).toBe(tag);
  });

  test.each([
    [""],
    [" "],
    ["e"],
    ["zz"],
    ["zz-US"],
    ["xx"],
    ["qaa"],
    ["qtz"],
    ["und"],
    ["mul"],
    ["mis"],
    ["zxx"],
    ["root"],
    ["english"],
    ["English"],
    ["abcde"],
    ["en-"],
    ["-en"],
    ["en--US"],
    ["en-x"],
    ["en-u"],
    ["en-u-ms-metric-u-mu-celsius"],
    ["en-scouse-scouse"],
    ["x-private"],
    ["i-default"],
    ["i-mingo"],
    ["cel-gaulish"],
    ["zh-min"],
    ["zh-yue-cmn"],
    ["pt_BR.UTF-8"],
    ["sr_RS@latin"],
    ["en,fr"],
    ["en;q=0.8"],
    ["*"],
    ["ｅｎ"],
    ["constructor"],
    ["__proto__"],
    ["tostring"],
    ["<script>"],
    ["en\0"],
    ["e\u200bn"],
    [`en-${"a1234567-".repeat(3)}scouse`],
    [`en-${"a1234567-".repeat(4)}scouse`],
    ["en-abcdefg1-abcdefg2-abcdefg3-abcdefg4"],
    ["en-".repeat(2_000)],
    [`en-u-${"abcdefgh-".repeat(28)}abc`],
  ])("the language tag %j is refused", (given) => {
    expect(read(given)).toBeUndefined();
  });

  test("the reader of language tags never throws, and reads its own result as itself", () => {
    const subtag = fc.stringMatching(/^[a-zA-Z0-9]{1,9}$/);
    const tags = fc.array(subtag, { maxLength: 8 }).map((subtags) => subtags.join("-"));
    fc.assert(
      fc.property(fc.oneof(fc.string(), tags), (text) => {
        const tag = read(text);
        if (tag !== undefined) expect(read(tag)).toBe(tag);
      }),
      { numRuns: 5_000 },
    );
  });
});
