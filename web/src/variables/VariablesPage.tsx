import { Page } from "@/ui/Page";

export default function VariablesPage() {
  return <Page title="Variables">{null}</Page>;
}
