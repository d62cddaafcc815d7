"use strict";
// The whole of a chat page's behaviour. What is said, by whomever, is only ever put in as text.

const main = document.querySelector("main");
const log = document.getElementById("log");
const form = document.getElementById("write");
const field = document.getElementById("message");
const send = form.querySelector("button");

const random = crypto.getRandomValues(new Uint8Array(16));
const session = Array.from(random, (byte) => byte.toString(16).padStart(2, "0")).join("");

function say(text, who) {
  const bubble = document.createElement("div");
  bubble.className = `bubble ${who}`;
  bubble.textContent = text;
  log.append(bubble);
  bubble.scrollIntoView({ block: "end" });
  return bubble;
}

function textOf(answer) {
  const one = Array.isArray(answer) ? answer[0] : answer;
  if (one === null || typeof one !== "object") return String(one ?? "");
  for (const name of ["output", "text", "message"]) {
    if (typeof one[name] === "string") return one[name];
  }
  return JSON.stringify(one, null, 2);
}

async function asked(text) {
  const answer = await fetch(main.dataset.to, {
    method: "POST",
    headers: { "content-type": "application/json", "x-chat-pass": main.dataset.pass },
    credentials: "omit",
    body: JSON.stringify({ action: "sendMessage", sessionId: session, chatInput: text }),
  });
  const body = await answer.text();
  let told = body;
  try {
    told = textOf(JSON.parse(body));
  } catch {
    // It is a text.
  }
  if (answer.ok) return told;
  throw new Error(answer.status >= 500 ? "Something went wrong. Please try again." : told);
}

async function submit() {
  const text = field.value.trim();
  if (text === "" || send.disabled) return;
  field.value = "";
  fit();
  send.disabled = true;
  say(text, "mine");
  const waiting = say("", "theirs waiting");
  waiting.setAttribute("aria-label", "An answer is being written");
  for (let dot = 0; dot < 3; dot += 1) waiting.append(document.createElement("i"));
  try {
    const told = await asked(text);
    waiting.remove();
    say(told || "Done.", "theirs");
  } catch (failure) {
    waiting.remove();
    say(failure instanceof TypeError ? "There is no connection. Please try again." : failure.message, "trouble");
    field.value = field.value || text;
    fit();
  } finally {
    send.disabled = false;
    field.focus();
  }
}

function fit() {
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight + 2}px`;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  submit();
});
field.addEventListener("input", fit);
field.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    submit();
  }
});
