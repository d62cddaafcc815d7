import { typeOf } from "@/model/schema";
import type { Json } from "@/model/workflow";
import classes from "./data.module.css";
import { momentOf, shown } from "./values";

/** A value on one line, coloured by its type; what is cut off is told by its end. */
export function Value({ value, most }: { value: Json | undefined; most?: number }) {
  const { text } = shown(value, most);
  const empty = value === "";
  return (
    <span
      className={classes.value}
      data-type={value === undefined ? "missing" : typeOf(value)}
      title={momentOf(value) ?? undefined}
    >
      {empty ? <i>empty</i> : text}
    </span>
  );
}
