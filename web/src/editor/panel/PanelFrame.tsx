import { ActionIcon, FocusTrap, Portal, Tooltip } from "@mantine/core";
import { X } from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";
import { NodeTile } from "@/nodes/NodeTile";
import { Panes } from "./Panes";
import classes from "./panel.module.css";
import { TEXTS } from "./texts";

const OPEN = '[aria-haspopup][aria-expanded="true"]';

/** A key, as React or the browser tells it. */
export type Pressed = Pick<
  KeyboardEvent,
  "key" | "ctrlKey" | "metaKey" | "shiftKey" | "altKey" | "target" | "defaultPrevented"
> & { preventDefault(): void; stopPropagation(): void };

/** The panel of a node over what is behind it: its header, and input | middle | output. */
export function PanelFrame({
  label,
  type,
  title,
  about,
  actions,
  input,
  middle,
  output,
  onClose,
  onKeyDown,
}: {
  label: string;
  type: string;
  title: ReactNode;
  about?: ReactNode;
  actions?: ReactNode;
  /** Null: nothing can reach the node, a trigger. */
  input: ReactNode | null;
  middle: ReactNode;
  output: ReactNode;
  onClose: () => void;
  onKeyDown?: (event: Pressed) => void;
}) {
  const pressed = (event: Pressed) => {
    if (event.defaultPrevented) return;
    if (event.key === "Escape") {
      // It closes what is open above the field first, such as a list to choose from.
      if (event.target instanceof Element && event.target.closest(OPEN) !== null) return;
      event.stopPropagation();
      onClose();
    } else {
      onKeyDown?.(event);
    }
  };
  const latest = useRef(pressed);
  useEffect(() => {
    latest.current = pressed;
  });
  useEffect(() => {
    // A button that goes away while it has the focus leaves it to the page: keys would be lost to the panel.
    const onPage = (event: KeyboardEvent) => {
      if (event.target === document.body) latest.current(event);
    };
    document.addEventListener("keydown", onPage);
    return () => document.removeEventListener("keydown", onPage);
  }, []);
  return (
    <Portal>
      <div
        className={classes.overlay}
        onPointerDown={(event) => {
          if (event.target === event.currentTarget) onClose();
        }}
      >
        <FocusTrap active>
          <div
            role="dialog"
            aria-modal="true"
            aria-label={label}
            className={classes.panel}
            tabIndex={-1}
            onKeyDown={(event) => {
              // What is open above the panel, such as a menu, is inside of it for React, not for the browser.
              if (event.currentTarget.contains(event.target as Element)) pressed(event);
            }}
          >
            <FocusTrap.InitialFocus />
            <header className={classes.header}>
              <NodeTile type={type} size={34} />
              <div className={classes.titles}>
                {title}
                {about}
              </div>
              <div className={classes.headerActions}>
                {actions}
                <Tooltip label={TEXTS.close}>
                  <ActionIcon variant="subtle" color="gray" size="lg" aria-label={TEXTS.close} onClick={onClose}>
                    <X size={18} />
                  </ActionIcon>
                </Tooltip>
              </div>
            </header>
            {input === null ? (
              <Panes
                key="two"
                name="panel.two"
                panes={[middle, output]}
                shares={[0.45, 0.55]}
                dividers={[TEXTS.resizeRight]}
              />
            ) : (
              <Panes
                key="three"
                name="panel"
                panes={[input, middle, output]}
                shares={[0.31, 0.36, 0.33]}
                dividers={[TEXTS.resizeLeft, TEXTS.resizeRight]}
              />
            )}
          </div>
        </FocusTrap>
      </div>
    </Portal>
  );
}
