import { Page } from "@/ui/Page";

export default function VersionsPage() {
  return <Page title="Versions">{null}</Page>;
}
