import { expect, test } from "vitest";
import { messageOf, openMessageOf } from "../../lib/http/words.ts";

test.each([
  [{ title: "This link does not work" }, "This link does not work."],
  [
    { title: "This link has expired", text: "Links work for 24 hours. Ask for a new one." },
    "This link has expired. Links work for 24 hours. Ask for a new one.",
  ],
  // A full stop after an id would be copied with it.
  [
    { title: "Something went wrong", text: "Request id: request-1" },
    "Something went wrong. Request id: request-1",
  ],
])("a message has the title as a sentence and the text unchanged: %j", (words, message) => {
  expect(messageOf(words)).toBe(message);
});

test.each([
  [{ title: "Passwords do not match" }, "Passwords do not match"],
  [{ title: "Too many tries", text: "Try again in 7 seconds." }, "Too many tries. Try again in 7 seconds"],
  [
    { title: "Something went wrong", text: "Request id: request-1" },
    "Something went wrong. Request id: request-1",
  ],
])("an open message ends without a full stop: %j", (words, message) => {
  expect(openMessageOf(words)).toBe(message);
});
