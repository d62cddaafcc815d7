import { Page } from "@/ui/Page";

export default function TemplatesPage() {
  return <Page title="Templates">{null}</Page>;
}
