import { Alert, Button, Group, List, Stack, Table, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { CircleCheck, CircleX, RefreshCw, Stethoscope } from "lucide-react";
import { api, got } from "@/api/client";
import { ApiError } from "@/api/problems";
import type { DoctorShape } from "@/api/schema";
import { Loaded } from "@/ui/Loaded";
import { Empty, Page } from "@/ui/Page";
import panel from "@/ui/Panel.module.css";

const CODE: Readonly<Record<string, string>> = {
  paths: "Plain expressions, such as {{ $json.price * 2 }}",
  expressions: "Other expressions",
  javascript: "JavaScript in Code nodes",
  python: "Python in Code nodes",
};

/** What the machine offers to sandboxes, and what could be added. */
export default function DoctorPage() {
  const query = useQuery({
    queryKey: ["doctor"],
    queryFn: () => got(api.GET("/api/v1/installation/doctor")),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  const forbidden = query.error instanceof ApiError && query.error.status === 403;
  return (
    <Page
      title="Doctor"
      about="Which code runs behind which wall on this machine. Every sandbox is started once, which takes a few seconds."
      actions={
        <Button
          variant="default"
          leftSection={<RefreshCw size={15} />}
          loading={query.isFetching}
          onClick={() => query.refetch()}
        >
          Examine again
        </Button>
      }
    >
      {forbidden ? (
        <Empty icon={<Stethoscope size={24} />} title="For whoever runs the server">
          Ask an owner of the installation, or run “headrace doctor” on the machine.
        </Empty>
      ) : (
        <Loaded query={query}>{(found) => <Findings found={found} />}</Loaded>
      )}
    </Page>
  );
}

function Findings({ found }: { found: DoctorShape }) {
  return (
    <Stack>
      <Alert
        color={found.works ? "teal" : "red"}
        icon={found.works ? <CircleCheck size={18} /> : <CircleX size={18} />}
        title={found.works ? "All code runs in its sandbox" : "Some code cannot run here"}
      >
        The sandbox that is set is “{found.tier}”. {found.system} {found.kernel} on {found.architecture}.
      </Alert>
      <Section title="What runs where">
        {Object.entries(found.runsIn).map(([kind, tier]) => (
          <Line
            key={kind}
            name={CODE[kind] ?? kind}
            good={tier !== null}
            said={tier === "headrace" ? "in the server: no code runs" : (tier ?? "nowhere")}
          />
        ))}
      </Section>
      <Section title="Sandboxes">
        {found.sandboxes.map((one) => (
          <Line
            key={`${one.tier}${one.guest}`}
            name={`${one.tier}, ${one.guest}`}
            good={one.problem == null}
            said={
              one.problem ??
              `${one.milliseconds} ms to start; ${one.confines ? "no canary was reached" : "keeps nothing in"}`
            }
          />
        ))}
      </Section>
      <Section title="Parts of the jail">
        {found.parts.map((one) => (
          <Line key={one.name} name={one.name} good={one.problem == null} said={one.problem ?? "works"} />
        ))}
      </Section>
      {found.advice.length > 0 && (
        <section>
          <Title order={2} size="h3" mb="xs">
            What could be added
          </Title>
          <List>
            {found.advice.map((sentence) => (
              <List.Item key={sentence}>{sentence}</List.Item>
            ))}
          </List>
        </section>
      )}
    </Stack>
  );
}

function Section({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <section>
      <Title order={2} size="h3" mb="xs">
        {title}
      </Title>
      <div className={panel.panel}>
        <Table>
          <Table.Tbody>{children}</Table.Tbody>
        </Table>
      </div>
    </section>
  );
}

function Line({ name, good, said }: { name: string; good: boolean; said: string }) {
  return (
    <Table.Tr>
      <Table.Td w={320}>{name}</Table.Td>
      <Table.Td>
        <Group gap={6} wrap="nowrap">
          {good ? (
            <CircleCheck size={15} color="var(--hr-success)" aria-label="Good" />
          ) : (
            <CircleX size={15} color="var(--hr-danger)" aria-label="Not good" />
          )}
          <Text size="sm">{said}</Text>
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}
