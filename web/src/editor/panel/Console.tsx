import { Collapse, UnstyledButton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { ChevronDown, ChevronRight, Terminal } from "lucide-react";
import { Limited } from "@/data/Limited";
import classes from "./panel.module.css";
import { TEXTS } from "./texts";

/** What the node's code printed. */
export function Console({ lines }: { lines: readonly string[] }) {
  const [open, { toggle }] = useDisclosure(lines.length <= 6);
  return (
    <div className={classes.console}>
      <UnstyledButton className={classes.unfold} aria-expanded={open} onClick={toggle}>
        {open ? <ChevronDown size={14} /> : <ChevronRight size={14} />}
        <Terminal size={14} /> {TEXTS.consoleLines(lines.length)}
      </UnstyledButton>
      <Collapse expanded={open}>
        <pre className={classes.printed}>
          <Limited all={lines} first={200}>
            {/* Lines may be alike; they have their places. */}
            {(line, place) => <div key={`${place}`}>{line}</div>}
          </Limited>
        </pre>
      </Collapse>
    </div>
  );
}
