// Sends a form as JSON and shows what is wrong. A token comes in the address's fragment, which no server sees.
const form = document.querySelector("form");
const said = document.querySelector("[role=alert]");
const token = new URLSearchParams(location.hash.slice(1)).get("token");

async function post(path, body) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (answer.ok) return true;
  said.textContent = (await answer.json()).detail;
  return false;
}

async function isLoggedIn() {
  return (await fetch("/api/v1/me")).ok;
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  said.textContent = "";
  const body = Object.fromEntries(new FormData(form));
  if (token) body.token = token;
  const path = form.dataset.member && (await isLoggedIn()) ? form.dataset.member : form.dataset.to;
  if (await post(path, body)) location.replace("/");
});

if (form.dataset.member) {
  isLoggedIn().then((yes) => {
    if (yes) for (const label of form.querySelectorAll("label")) label.remove();
  });
}
