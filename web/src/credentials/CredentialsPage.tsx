import { Page } from "@/ui/Page";

export default function CredentialsPage() {
  return <Page title="Credentials">{null}</Page>;
}
