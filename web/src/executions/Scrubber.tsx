import { ActionIcon, Group, Select, Slider, Text, Tooltip } from "@mantine/core";
import { Pause, Play, SkipBack, SkipForward } from "lucide-react";
import { useEffect, useState } from "react";
import type { LiveEvent } from "@/api/stream";
import { lasting } from "@/ui/times";
import classes from "./Scrubber.module.css";
import { bars, sentence } from "./scrubbing";

const SPEEDS = ["0.5", "1", "2", "5"];
const STEP_MS = 600;

/** Goes back and forth in the history of a run: by hand, by keys, or as a film. */
export function Scrubber({
  events,
  position,
  onPosition,
  onSelect,
}: {
  events: readonly LiveEvent[];
  /** How many events have happened. */
  position: number;
  onPosition: (position: number) => void;
  onSelect: (node: string) => void;
}) {
  const [playing, setPlaying] = useState(false);
  const [speed, setSpeed] = useState("1");
  const last = events.length;
  useEffect(() => {
    if (!playing) return;
    if (position >= last) {
      setPlaying(false);
      return;
    }
    const timer = setTimeout(() => onPosition(position + 1), STEP_MS / Number(speed));
    return () => clearTimeout(timer);
  }, [playing, position, last, speed, onPosition]);

  const current = events[position - 1];
  const start = Date.parse(events[0]?.at ?? "");
  const passed = current?.at === undefined ? 0 : (Date.parse(current.at) - start) / 1000;
  return (
    <section className={classes.scrubber} aria-label="History of the run">
      <Group gap="sm" wrap="nowrap">
        <ActionIcon.Group>
          <ActionIcon variant="default" aria-label="To the beginning" onClick={() => onPosition(0)}>
            <SkipBack size={15} />
          </ActionIcon>
          <ActionIcon
            variant="default"
            aria-label={playing ? "Pause" : "Play"}
            onClick={() => {
              if (!playing && position >= last) onPosition(0);
              setPlaying(!playing);
            }}
          >
            {playing ? <Pause size={15} /> : <Play size={15} />}
          </ActionIcon>
          <ActionIcon variant="default" aria-label="To the end" onClick={() => onPosition(last)}>
            <SkipForward size={15} />
          </ActionIcon>
        </ActionIcon.Group>
        <Slider
          flex={1}
          min={0}
          max={Math.max(1, last)}
          value={position}
          label={null}
          onChange={(next) => {
            setPlaying(false);
            onPosition(next);
          }}
          thumbLabel="Event of the run"
          thumbProps={{ "aria-valuetext": current === undefined ? "Before it began" : sentence(current) }}
        />
        <Select
          aria-label="Speed"
          w={78}
          size="xs"
          data={SPEEDS.map((one) => ({ value: one, label: `${one}×` }))}
          value={speed}
          allowDeselect={false}
          onChange={(next) => setSpeed(next ?? "1")}
        />
      </Group>
      <Group justify="space-between" wrap="nowrap" gap="md">
        <Text size="sm" truncate aria-live="polite">
          {current === undefined ? "Before it began" : sentence(current)}
        </Text>
        <Text size="xs" c="dimmed" style={{ whiteSpace: "nowrap" }}>
          event {position} of {last}
          {current !== undefined && ` · ${passed === 0 ? "0 ms" : lasting(passed)} in`}
        </Text>
      </Group>
      <Gantt events={events} until={passed} onSelect={onSelect} />
    </section>
  );
}

const ROWS = 60;

function Gantt({
  events,
  until,
  onSelect,
}: {
  events: readonly LiveEvent[];
  until: number;
  onSelect: (node: string) => void;
}) {
  const all = bars(events);
  const end = Math.max(1, ...all.map((bar) => bar.to));
  const byNode = new Map<string, typeof all>();
  for (const bar of all) byNode.set(bar.node, [...(byNode.get(bar.node) ?? []), bar]);
  return (
    <div className={classes.gantt}>
      {[...byNode].slice(0, ROWS).map(([node, runs]) => (
        <button type="button" key={node} className={classes.row} onClick={() => onSelect(node)}>
          <span className={classes.node}>{node}</span>
          <span className={classes.track}>
            {runs.map((bar) => (
              <Tooltip
                key={bar.run}
                label={`${lasting((bar.to - bar.from) / 1000)}${runs.length > 1 ? `, run ${bar.run + 1}` : ""}`}
              >
                <span
                  className={classes.bar}
                  data-status={bar.status}
                  data-ahead={bar.from / 1000 > until || undefined}
                  style={{
                    left: `${(bar.from / end) * 100}%`,
                    width: `${Math.max(0.4, ((bar.to - bar.from) / end) * 100)}%`,
                  }}
                />
              </Tooltip>
            ))}
          </span>
        </button>
      ))}
    </div>
  );
}
