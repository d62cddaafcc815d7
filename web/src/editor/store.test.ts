import { expect, test } from "vitest";
import { EMPTY } from "@/model/workflow";
import { newEditor } from "./store";

function rename(name: string) {
  return (workflow: typeof EMPTY) => ({ ...workflow, name });
}

test("undo goes back step by step, and redo forth again", () => {
  const store = newEditor("1", EMPTY);
  store.getState().change("Rename", rename("one"));
  store.getState().change("Rename", rename("two"));

  store.getState().undo();
  expect(store.getState().workflow.name).toBe("one");
  store.getState().undo();
  expect(store.getState().workflow).toBe(EMPTY);
  store.getState().redo();
  store.getState().redo();
  expect(store.getState().workflow.name).toBe("two");
});

test("typing into one field is one step", () => {
  const store = newEditor("1", EMPTY);
  for (const text of ["h", "he", "hey"]) store.getState().change("Type", rename(text), { merge: "Set.value" });
  store.getState().change("Type", rename("other"), { merge: "Set.name" });

  store.getState().undo();
  expect(store.getState().workflow.name).toBe("hey");
  store.getState().undo();
  expect(store.getState().workflow).toBe(EMPTY);
});

test("a new change leaves nothing to redo", () => {
  const store = newEditor("1", EMPTY);
  store.getState().change("Rename", rename("one"));
  store.getState().undo();
  store.getState().change("Rename", rename("two"));

  store.getState().redo();
  expect(store.getState().workflow.name).toBe("two");
});

test("what changes nothing is no step, and what may only be read does not change", () => {
  const store = newEditor("1", EMPTY);
  store.getState().change("Nothing", (workflow) => workflow);
  expect(store.getState().past).toEqual([]);

  const locked = newEditor("1", EMPTY, true);
  locked.getState().change("Rename", rename("one"));
  expect(locked.getState().workflow).toBe(EMPTY);
});

test("undo of an added node leaves neither its selection nor its open panel", () => {
  const store = newEditor("1", EMPTY);
  const node = { id: "1", name: "Set", type: "x", typeVersion: 1, position: [0, 0] as const, parameters: {} };
  store.getState().change("Add", (workflow) => ({ ...workflow, nodes: [node] }));
  store.getState().select(["Set"]);
  store.getState().open("Set");

  store.getState().undo();

  expect(store.getState().selection.size).toBe(0);
  expect(store.getState().openNode).toBeNull();
});
