import { Text, Tooltip } from "@mantine/core";
import classes from "./Insights.module.css";

export interface Bar {
  readonly day: Date;
  readonly succeeded: number;
  readonly failed: number;
}

/** Runs of each day as bars: what succeeded below, what failed on top; a table says the same. */
export function Trend({ bars }: { bars: readonly Bar[] }) {
  const most = Math.max(1, ...bars.map((bar) => bar.succeeded + bar.failed));
  return (
    <figure className={classes.trend}>
      <figcaption>
        <Text fw={600}>Runs of each day</Text>
      </figcaption>
      <div className={classes.bars} aria-hidden="true">
        {bars.map((bar) => {
          const name = bar.day.toLocaleDateString(undefined, { day: "numeric", month: "short" });
          return (
            <Tooltip key={bar.day.getTime()} label={`${name}: ${bar.succeeded} succeeded, ${bar.failed} failed`}>
              <div className={classes.column}>
                <div className={classes.stack}>
                  <div className={classes.failed} style={{ height: `${(bar.failed / most) * 100}%` }} />
                  <div className={classes.succeeded} style={{ height: `${(bar.succeeded / most) * 100}%` }} />
                </div>
                <span className={classes.tick}>{name}</span>
              </div>
            </Tooltip>
          );
        })}
      </div>
      <table className={classes.hidden}>
        <caption>Runs of each day</caption>
        <tbody>
          {bars.map((bar) => (
            <tr key={bar.day.getTime()}>
              <th>{bar.day.toLocaleDateString()}</th>
              <td>{bar.succeeded} succeeded</td>
              <td>{bar.failed} failed</td>
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}
