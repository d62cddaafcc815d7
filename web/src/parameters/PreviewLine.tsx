import { useForm } from "./context";
import classes from "./Field.module.css";

const LONGEST = 600;

/** What the expression of a field gives for the chosen item. */
export function PreviewLine({ path }: { path: string }) {
  const preview = useForm().previews[path];
  if (preview === undefined) return null;
  if (preview.error != null && preview.error !== "") {
    return (
      <output className={classes.preview} data-failed>
        {preview.error}
      </output>
    );
  }
  const { value } = preview;
  if (value === undefined || value === null) {
    return (
      <output className={classes.preview} data-none>
        {value === null ? "null" : "undefined: nothing is there"}
      </output>
    );
  }
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return (
    <output className={classes.preview} aria-label="Result">
      {text === "" ? "(empty)" : text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text}
    </output>
  );
}
