import { expect, test } from "vitest";
import { messageOf, openMessageOf } from "../../lib/http/words.ts";

test.each([
  [{ title: "This link does not work" }, "This link does not work."],
  [
    { title: "This link has expired", text: "Links work for 24 hours. Ask for a new one." },
    "This link has expired. Links work for 24 hours. Ask for a new one.",
  ],
  // An id is no sentence: a full stop after it would be copied along.
  [
    { title: "Something went wrong", text: "Request id: request-1" },
    "Something went wrong. Request id: request-1",
  ],
])("a message says the title as a sentence, and the text as it is: %j", (words, message) => {
  expect(messageOf(words)).toBe(message);
});

test.each([
  [{ title: "Passwords do not match" }, "Passwords do not match"],
  [{ title: "Too many tries", text: "Try again in 7 seconds." }, "Too many tries. Try again in 7 seconds"],
  [
    { title: "Something went wrong", text: "Request id: request-1" },
    "Something went wrong. Request id: request-1",
  ],
])("an open message has no full stop at its end: %j", (words, message) => {
  expect(openMessageOf(words)).toBe(message);
});
