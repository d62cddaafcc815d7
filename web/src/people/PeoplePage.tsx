import { Tabs } from "@mantine/core";
import { Page } from "@/ui/Page";
import { Keys } from "./Keys";
import { Members } from "./Members";
import { Projects } from "./Projects";

/** Who may do what: members, projects, API keys. */
export default function PeoplePage() {
  return (
    <Page title="People and keys" about="Who may do what here, and with which keys programs come in.">
      <Tabs defaultValue="members" keepMounted={false}>
        <Tabs.List mb="md">
          <Tabs.Tab value="members">Members</Tabs.Tab>
          <Tabs.Tab value="projects">Projects</Tabs.Tab>
          <Tabs.Tab value="keys">API keys</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="members">
          <Members />
        </Tabs.Panel>
        <Tabs.Panel value="projects">
          <Projects />
        </Tabs.Panel>
        <Tabs.Panel value="keys">
          <Keys />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
