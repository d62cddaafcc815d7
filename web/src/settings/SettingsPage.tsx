import {
  Anchor,
  Button,
  Group,
  PasswordInput,
  Radio,
  Stack,
  Table,
  Text,
  TextInput,
  Title,
  useMantineColorScheme,
} from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, got } from "@/api/client";
import { useMe } from "@/app/me";
import { Loaded } from "@/ui/Loaded";
import { tell } from "@/ui/notices";
import { Page } from "@/ui/Page";
import panel from "@/ui/Panel.module.css";
import { Moment } from "@/ui/times";

/** What a person sets for themselves, and where the rest is set. */
export default function SettingsPage() {
  return (
    <Page title="Settings">
      <Stack gap="xl" maw={720}>
        <Name />
        <Appearance />
        <Password />
        <Sessions />
        <section>
          <Title order={2} mb="xs">
            The server
          </Title>
          <Text size="sm">
            Limits, retention, e-mail and the like are set where the server is started.{" "}
            <Anchor href="/api/v1/docs" size="sm" underline="always">
              The API is described here
            </Anchor>
            .
          </Text>
        </section>
      </Stack>
    </Page>
  );
}

function Name() {
  const client = useQueryClient();
  const me = useMe();
  const rename = useMutation({
    mutationFn: (name: string) => api.PATCH("/api/v1/me", { body: { name } }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["me"] });
      tell("Your name is changed");
    },
  });
  return (
    <Loaded query={me}>
      {({ user }) => (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            rename.mutate(String(new FormData(event.currentTarget).get("name")));
          }}
        >
          <Title order={2} mb="xs">
            You
          </Title>
          <Stack gap="xs">
            <TextInput label="Name" name="name" required maxLength={128} defaultValue={user.name} />
            <TextInput label="E-mail address" readOnly value={user.email} />
            <Group>
              <Button type="submit" variant="default" loading={rename.isPending}>
                Change name
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Loaded>
  );
}

function Appearance() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <section>
      <Title order={2} mb="xs">
        Appearance
      </Title>
      <Radio.Group
        aria-label="Appearance"
        value={colorScheme}
        onChange={(next) => setColorScheme(next as "light" | "dark" | "auto")}
      >
        <Group>
          <Radio value="light" label="Light" />
          <Radio value="dark" label="Dark" />
          <Radio value="auto" label="As the system" />
        </Group>
      </Radio.Group>
    </section>
  );
}

function Password() {
  const [old, setOld] = useState("");
  const [next, setNext] = useState("");
  const change = useMutation({
    mutationFn: () => api.POST("/api/v1/me/password", { body: { old, new: next } }),
    onSuccess: () => {
      setOld("");
      setNext("");
      tell("Your password is changed. Your other sessions have ended.");
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        change.mutate();
      }}
    >
      <Title order={2} mb="xs">
        Password
      </Title>
      <Stack gap="xs">
        <PasswordInput
          label="The one you have"
          autoComplete="current-password"
          value={old}
          onChange={(event) => setOld(event.currentTarget.value)}
        />
        <PasswordInput
          label="The new one, 10 characters or more"
          autoComplete="new-password"
          value={next}
          onChange={(event) => setNext(event.currentTarget.value)}
        />
        <Group>
          <Button type="submit" variant="default" disabled={old === "" || next.length < 10} loading={change.isPending}>
            Change password
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Sessions() {
  const client = useQueryClient();
  const query = useQuery({
    queryKey: ["sessions"],
    queryFn: async () => (await got(api.GET("/api/v1/me/sessions"))).data,
  });
  const end = useMutation({
    mutationFn: (id: string) =>
      api.DELETE("/api/v1/me/sessions/{session_id}", { params: { path: { session_id: id } } }),
    onSettled: () => client.invalidateQueries({ queryKey: ["sessions"] }),
  });
  return (
    <section>
      <Title order={2} mb="xs">
        Where you are logged in
      </Title>
      <Loaded query={query}>
        {(rows) => (
          <div className={panel.panel}>
            <Table>
              <Table.Tbody>
                {rows.map((one) => (
                  <Table.Tr key={one.id}>
                    <Table.Td maw={340}>
                      <Text size="sm" truncate>
                        {one.agent || "A program"}
                      </Text>
                      <Text size="xs" c="dimmed">
                        {one.address}
                      </Text>
                    </Table.Td>
                    <Table.Td>
                      <Moment at={one.seenAt} />
                    </Table.Td>
                    <Table.Td ta="right">
                      {one.current ? (
                        <Text size="sm">here</Text>
                      ) : (
                        <Button size="xs" variant="default" onClick={() => end.mutate(one.id)}>
                          End
                        </Button>
                      )}
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </div>
        )}
      </Loaded>
    </section>
  );
}
