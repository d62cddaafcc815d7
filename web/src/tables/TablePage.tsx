import { Page } from "@/ui/Page";

export default function TablePage() {
  return <Page title="Table">{null}</Page>;
}
