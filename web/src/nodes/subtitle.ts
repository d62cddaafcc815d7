import type { Json, WorkflowNode } from "@/model/workflow";
import type { NodeDescription, Option } from "./descriptions";

const TELLING = ["operation", "mode", "resource", "method", "httpMethod", "action", "language"] as const;

/** One line of what a node does as it is set: "POST api.example.com", "Sort". Empty if nothing says so. */
export function subtitleOf(node: WorkflowNode, description: NodeDescription | null | undefined): string {
  const { url, path, method, httpMethod } = node.parameters;
  if (typeof url === "string" && url !== "") return `${text(method) || "GET"} ${short(url)}`;
  if (typeof path === "string" && path !== "" && description?.trigger != null)
    return `${text(httpMethod) || "GET"} /${path}`;
  for (const name of TELLING) {
    const parameter = description?.parameters?.find((one) => one.name === name);
    const value = node.parameters[name] ?? parameter?.default;
    if (parameter?.type !== "options" || typeof value !== "string") continue;
    const option = (parameter.options as readonly Option[] | undefined)?.find((one) => one.value === value);
    if (option !== undefined) return option.name;
  }
  return "";
}

function text(value: Json | undefined): string {
  return typeof value === "string" && !value.startsWith("=") ? value : "";
}

function short(url: string): string {
  return url.startsWith("=") ? "by expression" : url.replace(/^https?:\/\//, "").slice(0, 28);
}
