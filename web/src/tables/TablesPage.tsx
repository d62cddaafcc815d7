import { Page } from "@/ui/Page";

export default function TablesPage() {
  return <Page title="Tables">{null}</Page>;
}
