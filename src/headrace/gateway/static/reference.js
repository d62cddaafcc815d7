"use strict";
const make = (tag, text, name) => {
  const element = document.createElement(tag);
  if (text !== undefined) element.textContent = text;
  if (name) element.className = name;
  return element;
};
const nameOf = (schema) => {
  if (!schema) return "";
  if (schema.$ref) return schema.$ref.split("/").pop();
  if (schema.type === "array") return `list of ${nameOf(schema.items) || "values"}`;
  const several = schema.oneOf || schema.anyOf;
  if (several) return several.map(nameOf).join(" or ");
  return [].concat(schema.type || "any").join(" or ");
};
const operation = (path, method, about) => {
  const box = make("details"), head = make("summary"), inner = make("div", undefined, "inner");
  head.append(make("span", method, `method ${method}`), make("code", path), make("span", about.summary || ""));
  if (about.description) inner.append(make("p", about.description));
  const rows = (about.parameters || []).map((one) => [one.name, `${one.in}${one.required ? ", required" : ""}`,
    nameOf(one.schema), one.description || ""]);
  const body = about.requestBody && Object.values(about.requestBody.content)[0];
  if (body) rows.push(["body", "", nameOf(body.schema), ""]);
  for (const [status, answer] of Object.entries(about.responses || {})) {
    const content = answer.content && Object.values(answer.content)[0];
    rows.push([status, "answer", content ? nameOf(content.schema) : "", answer.description || ""]);
  }
  const table = make("table");
  for (const row of rows) {
    const line = make("tr");
    row.forEach((text, place) => { const cell = make("td"); cell.append(make(place ? "span" : "code", text)); line.append(cell); });
    table.append(line);
  }
  inner.append(table);
  box.append(head, inner);
  return box;
};
fetch("openapi.json").then((answer) => answer.json()).then((api) => {
  document.getElementById("about").textContent = api.info.description;
  const groups = new Map();
  for (const [path, operations] of Object.entries(api.paths))
    for (const [method, about] of Object.entries(operations))
      for (const tag of (about.tags || ["other"]).slice(0, 1)) {
        if (!groups.has(tag)) groups.set(tag, []);
        groups.get(tag).push(operation(path, method.toUpperCase(), about));
      }
  for (const tag of [...groups.keys()].sort()) document.getElementById("main").append(make("h2", tag), ...groups.get(tag));
  const shapes = make("details"), inner = make("div", undefined, "inner");
  for (const [name, schema] of Object.entries((api.components || {}).schemas || {}))
    inner.append(make("h3", name), make("pre", JSON.stringify(schema, null, 2)));
  shapes.append(make("summary", "Shapes"), inner);
  document.getElementById("main").append(make("h2", "Shapes"), shapes);
}).catch((error) => { document.getElementById("about").textContent = `The reference cannot be drawn: ${error}`; });
