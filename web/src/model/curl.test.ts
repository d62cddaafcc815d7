import fc from "fast-check";
import { expect, test } from "vitest";
import { fromCurl } from "./curl";

test.each([
  ["curl https://example.com/a", { url: "https://example.com/a" }],
  [
    "curl 'https://example.com/a?x=1&y=two%20words' \\\n  -H 'Accept: application/json'",
    {
      url: "https://example.com/a",
      sendQuery: true,
      queryParameters: {
        parameters: [
          { name: "x", value: "1" },
          { name: "y", value: "two words" },
        ],
      },
      sendHeaders: true,
      headerParameters: { parameters: [{ name: "Accept", value: "application/json" }] },
    },
  ],
  [
    `curl -X PUT https://example.com --data-raw '{"it'\\''s": 1}' -H "Content-Type: application/json"`,
    {
      method: "PUT",
      url: "https://example.com",
      sendBody: true,
      contentType: "json",
      specifyBody: "json",
      jsonBody: `{"it's": 1}`,
    },
  ],
  [
    "curl https://example.com -d a=1 -d b=2",
    {
      method: "POST",
      url: "https://example.com",
      sendBody: true,
      contentType: "form-urlencoded",
      bodyParameters: {
        parameters: [
          { name: "a", value: "1" },
          { name: "b", value: "2" },
        ],
      },
    },
  ],
  ["curl -sSL -o out.html example.com/x", { url: "http://example.com/x" }],
  [
    "curl -G https://example.com -d q=1",
    { url: "https://example.com", sendQuery: true, queryParameters: { parameters: [{ name: "q", value: "1" }] } },
  ],
  ["curl -XDELETE https://example.com/1", { method: "DELETE", url: "https://example.com/1" }],
])("%s", (command, parameters) => {
  expect(fromCurl(command)).toEqual(parameters);
});

test.each(["", "wget https://example.com", "curl", "curl -H 'A: b'", "curling https://example.com"])(
  "%j is no cURL command with an address",
  (text) => {
    expect(fromCurl(text)).toBeNull();
  },
);

test("no text breaks the reading", () => {
  fc.assert(fc.property(fc.string(), (text) => void fromCurl(`curl ${text}`)));
});
