import { Page } from "@/ui/Page";

export default function DoctorPage() {
  return <Page title="Doctor">{null}</Page>;
}
