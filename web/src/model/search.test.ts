import { expect, test } from "vitest";
import { searched } from "./search";

const NODES = [
  { title: "Respond to Webhook", words: "answer" },
  { title: "Webhook", words: "http call" },
  { title: "HTTP Request", words: "api call" },
];
const found = (query: string) => searched(query, NODES, (one) => [one.title, one.words]).map((one) => one.title);

test("what begins with the word comes before what only has it", () => {
  expect(found("web")).toEqual(["Webhook", "Respond to Webhook"]);
});

test("every word must be found in the same text", () => {
  expect(found("api call")).toEqual(["HTTP Request"]);
  expect(found("api nothing")).toEqual([]);
});

test("without a search all is there, in its order", () => {
  expect(found("  ")).toEqual(NODES.map((one) => one.title));
});
