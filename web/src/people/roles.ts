import type { Role } from "@/api/schema";

/** What each role may do, in a few words. */
export const ROLES: readonly { readonly value: Role; readonly label: string; readonly may: string }[] = [
  { value: "owner", label: "Owner", may: "everything, the tenant itself included" },
  { value: "admin", label: "Admin", may: "people, projects and all that is in them" },
  { value: "editor", label: "Editor", may: "draw, publish, run, and use credentials" },
  { value: "operator", label: "Operator", may: "run, stop and retry what is drawn" },
  { value: "viewer", label: "Viewer", may: "look" },
];
