import { lookOf } from "./look";
import classes from "./NodeTile.module.css";

/** The icon of a kind of node on its tile. */
export function NodeTile({ type, size = 28 }: { type: string; size?: number }) {
  const { icon: Icon, tone } = lookOf(type);
  return (
    <span className={classes.tile} data-tone={tone} style={{ width: size, height: size }} aria-hidden="true">
      <Icon size={Math.round(size * 0.58)} strokeWidth={1.8} />
    </span>
  );
}
