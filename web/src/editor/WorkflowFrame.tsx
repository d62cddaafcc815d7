import { Page } from "@/ui/Page";

export default function WorkflowFrame() {
  return <Page title="WorkflowFrame">{null}</Page>;
}
