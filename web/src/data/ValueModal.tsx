import { Button, CopyButton, Group, Modal, SegmentedControl, Text } from "@mantine/core";
import { Check, Copy } from "lucide-react";
import { useMemo, useState } from "react";
import classes from "./data.module.css";
import type { FieldPlace } from "./field";
import { pathText } from "./paths";
import { TEXTS } from "./texts";
import { copied, momentOf } from "./values";

/** More characters than this make the browser slow. */
const MOST = 200_000;
const PAGE = /<(html|body|table|div|p|h\d|span|ul|img|a)[\s>]/i;

/** One value, whole. HTML is shown as text; as a page only in a frame that may do nothing. */
export function ValueModal({ place, onClose }: { place: FieldPlace; onClose: () => void }) {
  const text = useMemo(() => copied(place.value), [place.value]);
  const moment = momentOf(place.value);
  const html = typeof place.value === "string" && PAGE.test(place.value);
  const [view, setView] = useState("text");
  return (
    <Modal opened onClose={onClose} size="xl" title={<code>{pathText(place.path)}</code>}>
      <Group justify="space-between" mb="xs">
        {html ? (
          <SegmentedControl
            size="xs"
            value={view}
            onChange={setView}
            data={[
              { value: "text", label: TEXTS.asText },
              { value: "page", label: TEXTS.asPage },
            ]}
          />
        ) : (
          <Text size="sm" c="dimmed">
            {moment}
          </Text>
        )}
        <CopyButton value={text}>
          {({ copied: done, copy }) => (
            <Button
              variant="default"
              size="xs"
              leftSection={done ? <Check size={14} /> : <Copy size={14} />}
              onClick={copy}
            >
              {TEXTS.copyValue}
            </Button>
          )}
        </CopyButton>
      </Group>
      {view === "page" ? (
        // No scripts, no forms, no navigation, and the page's policy lets it load nothing from elsewhere.
        <iframe className={classes.page} sandbox="" srcDoc={String(place.value)} title={pathText(place.path)} />
      ) : (
        <pre className={classes.whole}>{text.slice(0, MOST)}</pre>
      )}
      {text.length > MOST && (
        <Text size="xs" c="dimmed">
          {TEXTS.cutValue(MOST.toLocaleString("en"), text.length.toLocaleString("en"))}
        </Text>
      )}
    </Modal>
  );
}
