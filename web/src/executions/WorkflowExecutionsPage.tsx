import { Page } from "@/ui/Page";

export default function WorkflowExecutionsPage() {
  return <Page title="WorkflowExecutions">{null}</Page>;
}
