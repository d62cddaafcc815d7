import { Menu } from "@mantine/core";
import { Braces, Copy, Route, ScanText } from "lucide-react";
import { tell } from "@/ui/notices";
import type { FieldPlace } from "./field";
import { expressionOf, pathText } from "./paths";
import { TEXTS } from "./texts";
import { copied } from "./values";

export interface OpenMenu extends FieldPlace {
  readonly at: Element;
}

/** What can be done with a value. One menu serves a whole pane, so that thousands of fields cost nothing. */
export function FieldMenu({
  open,
  root,
  onClose,
  onShow,
}: {
  open: OpenMenu;
  root: string;
  onClose: () => void;
  onShow: (place: FieldPlace) => void;
}) {
  const { left, bottom } = open.at.getBoundingClientRect();
  const copy = async (text: string) => {
    await navigator.clipboard.writeText(text);
    tell("Copied.");
  };
  return (
    <Menu
      opened
      onClose={() => {
        onClose();
        if (open.at instanceof HTMLElement) open.at.focus();
      }}
      position="bottom-start"
      offset={4}
      trapFocus
    >
      <Menu.Target>
        <span style={{ position: "fixed", left, top: bottom, width: 0, height: 0 }} />
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label ff="monospace" maw={360} style={{ overflowWrap: "anywhere" }}>
          {expressionOf(root, open.path)}
        </Menu.Label>
        <Menu.Item leftSection={<Braces size={15} />} onClick={() => copy(expressionOf(root, open.path))}>
          {TEXTS.copyExpression}
        </Menu.Item>
        <Menu.Item leftSection={<Route size={15} />} onClick={() => copy(pathText(open.path))}>
          {TEXTS.copyPath}
        </Menu.Item>
        <Menu.Item leftSection={<Copy size={15} />} onClick={() => copy(copied(open.value))}>
          {TEXTS.copyValue}
        </Menu.Item>
        <Menu.Item leftSection={<ScanText size={15} />} onClick={() => onShow(open)}>
          {TEXTS.showValue}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
