import { Button, Chip, Group, TextInput } from "@mantine/core";
import { Search, SearchX } from "lucide-react";
import { useMemo, useState } from "react";
import { Empty, Page } from "@/ui/Page";
import { TEMPLATES } from "./templates/catalogue";
import { TemplateCard } from "./templates/TemplateCard";
import { TemplatePreview } from "./templates/TemplatePreview";
import { matching, type Template, tagsOf } from "./templates/template";
import classes from "./templates/templates.module.css";
import { useTemplate } from "./templates/useTemplate";

const TAGS = tagsOf(TEMPLATES);

/** Workflows to begin with. */
export default function TemplatesPage() {
  const [search, setSearch] = useState("");
  const [tag, setTag] = useState<string | null>(null);
  const [opened, setOpened] = useState<Template | null>(null);
  const found = useMemo(() => matching(TEMPLATES, search, tag), [search, tag]);
  const use = useTemplate();
  const clear = () => {
    setSearch("");
    setTag(null);
  };
  return (
    <Page title="Templates" about="All of them run at once: none needs an account or another service.">
      <search className={classes.bar}>
        <TextInput
          className={classes.search ?? ""}
          aria-label="Search templates"
          placeholder="Search templates"
          leftSection={<Search size={15} />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
        <Chip.Group value={tag ?? ""} onChange={(next) => setTag(next === "" ? null : next)}>
          <Group gap={6}>
            <Chip value="" size="xs">
              All
            </Chip>
            {TAGS.map((one) => (
              <Chip key={one} value={one} size="xs">
                {one}
              </Chip>
            ))}
          </Group>
        </Chip.Group>
      </search>
      {found.length === 0 ? (
        <Empty
          icon={<SearchX size={26} />}
          title="No template is like that"
          action={
            <Button variant="default" onClick={clear}>
              Show all templates
            </Button>
          }
        >
          Search for a node, such as “merge”, or for what it does, such as “retry”.
        </Empty>
      ) : (
        <ul className={classes.grid}>
          {found.map((template) => (
            <li key={template.id}>
              <TemplateCard template={template} onOpen={() => setOpened(template)} />
            </li>
          ))}
        </ul>
      )}
      {opened !== null && (
        <TemplatePreview
          template={opened}
          busy={use.isPending}
          onUse={() => use.mutate(opened)}
          onClose={() => setOpened(null)}
        />
      )}
    </Page>
  );
}
