/** From a cURL command to the parameters of HTTP Request. */

import type { Json, JsonObject } from "./workflow";

/** Options that stand before a value; of those not here, none does. */
const WITH_VALUE = new Set(
  (
    "-X --request -H --header -d --data --data-raw --data-binary --data-ascii --data-urlencode --json -u --user -A " +
    "--user-agent -e --referer -b --cookie --url -F --form -o --output -m --max-time --connect-timeout -x --proxy"
  ).split(" "),
);

/** The parameters, or null if the text is no cURL command with an address. */
export function fromCurl(command: string): JsonObject | null {
  const words = split(command);
  if (words.shift() !== "curl") return null;
  let url = "";
  let method = "";
  const headers: [string, string][] = [];
  const data: string[] = [];
  const form: [string, string][] = [];
  let json = false;
  let query = false;
  for (let at = 0; at < words.length; at++) {
    let word = words[at] ?? "";
    let value: string | undefined;
    if (/^--[^=]+=/.test(word)) [word, value] = [word.slice(0, word.indexOf("=")), word.slice(word.indexOf("=") + 1)];
    else if (/^-[XHduAebFomx]./.test(word)) [word, value] = [word.slice(0, 2), word.slice(2)];
    if (!word.startsWith("-")) {
      url ||= word;
      continue;
    }
    if (WITH_VALUE.has(word)) value ??= words[++at] ?? "";
    switch (word) {
      case "-X":
      case "--request":
        method = (value ?? "").toUpperCase();
        break;
      case "--url":
        url ||= value ?? "";
        break;
      case "-H":
      case "--header":
        headers.push(pair(value ?? "", ":"));
        break;
      case "-A":
      case "--user-agent":
        headers.push(["User-Agent", value ?? ""]);
        break;
      case "-e":
      case "--referer":
        headers.push(["Referer", value ?? ""]);
        break;
      case "-b":
      case "--cookie":
        headers.push(["Cookie", value ?? ""]);
        break;
      case "-F":
      case "--form":
        form.push(pair(value ?? "", "="));
        break;
      case "--json":
        json = true;
        data.push(value ?? "");
        break;
      case "-G":
      case "--get":
        query = true;
        break;
      case "-I":
      case "--head":
        method = "HEAD";
        break;
      default:
        if (/^(-d|--data)/.test(word)) data.push(value ?? "");
    }
  }
  if (!/^https?:\/\//i.test(url) && !/^[\w.-]+(:\d+)?(\/|$)/.test(url)) return null;
  if (!/^https?:/i.test(url)) url = `http://${url}`;
  const parameters: Record<string, Json> = {};
  const mark = url.indexOf("?");
  const asked = [...new URLSearchParams(mark < 0 ? "" : url.slice(mark + 1))];
  if (query) for (const one of data.splice(0)) asked.push(...new URLSearchParams(one));
  const sends = data.length > 0 || form.length > 0;
  method ||= sends ? "POST" : "GET";
  if (method !== "GET") parameters.method = method;
  parameters.url = mark < 0 ? url : url.slice(0, mark);
  if (asked.length > 0) {
    parameters.sendQuery = true;
    parameters.queryParameters = named(asked);
  }
  const type = headers.find(([name]) => name.toLowerCase() === "content-type")?.[1] ?? (json ? "application/json" : "");
  const kept = headers.filter(([name]) => name.toLowerCase() !== "content-type" && name !== "");
  if (kept.length > 0) {
    parameters.sendHeaders = true;
    parameters.headerParameters = named(kept);
  }
  if (form.length > 0) {
    Object.assign(parameters, { sendBody: true, contentType: "multipart-form-data", bodyParameters: named(form) });
  } else if (data.length > 0) {
    Object.assign(parameters, { sendBody: true }, body(data.join("&"), type));
  }
  return parameters;
}

function body(text: string, type: string): JsonObject {
  if (/json/i.test(type) || (type === "" && /^\s*[[{]/.test(text))) {
    return { contentType: "json", specifyBody: "json", jsonBody: text };
  }
  if (type === "" || /x-www-form-urlencoded/i.test(type)) {
    return { contentType: "form-urlencoded", bodyParameters: named([...new URLSearchParams(text)]) };
  }
  return { contentType: "raw", rawContentType: type, body: text };
}

function named(pairs: readonly (readonly [string, string])[]): JsonObject {
  return { parameters: pairs.map(([name, value]) => ({ name, value })) };
}

function pair(text: string, by: string): [string, string] {
  const at = text.indexOf(by);
  return at < 0 ? [text.trim(), ""] : [text.slice(0, at).trim(), text.slice(at + 1).trim()];
}

/** Words as a shell splits them: quotes of both kinds, `$'…'`, backslashes, and lines that go on. */
function split(command: string): string[] {
  const words: string[] = [];
  const pattern = /(?:[^\s"'\\$]|\\\r?\n|\\[\s\S]|\$?'(?:[^'\\]|\\[\s\S])*'|'[^']*'|"(?:[^"\\]|\\[\s\S])*"|\$)+/g;
  for (const [word] of command.replaceAll(/\\\r?\n/g, " ").matchAll(pattern)) {
    words.push(
      word.replaceAll(
        /\$'((?:[^'\\]|\\[\s\S])*)'|'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|\\([\s\S])/g,
        (_, ansi, single, double, bare) => {
          if (ansi !== undefined)
            return String(ansi).replaceAll(/\\(.)/g, (__, sign) => ({ n: "\n", t: "\t" })[sign as string] ?? sign);
          if (single !== undefined) return single;
          if (double !== undefined) return String(double).replaceAll(/\\(["\\$`])/g, "$1");
          return bare;
        },
      ),
    );
  }
  return words;
}
