import { expect, it } from "vitest";
import { adviceOn } from "./advice";

it("says what to do about errors that people meet often", () => {
  expect(adviceOn("The request failed with status 401")).toContain("credential");
  expect(adviceOn("429 Too Many Requests")).toContain("Retry on fail");
  expect(adviceOn("Cannot read properties of undefined (reading 'id')")).toContain("input");
});

it("says nothing where it knows nothing", () => {
  expect(adviceOn("The moon is made of cheese")).toBeNull();
});
