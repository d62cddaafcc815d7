import type { ReactNode } from "react";

/**
 * A little Markdown as elements, never as HTML: headings, lists, bold, italic, code and links to the web. Enough for
 * notes; everything else stays the text that it is.
 */
export function Markup({ text }: { text: string }) {
  const blocks: ReactNode[] = [];
  let list: ReactNode[] = [];
  const flush = () => {
    if (list.length > 0) blocks.push(<ul key={blocks.length}>{list}</ul>);
    list = [];
  };
  for (const line of text.slice(0, 20_000).split("\n")) {
    const item = /^\s*[-*]\s+(.*)$/.exec(line);
    if (item !== null) {
      list.push(<li key={list.length}>{inline(item[1] ?? "")}</li>);
      continue;
    }
    flush();
    const heading = /^(#{1,4})\s+(.*)$/.exec(line);
    if (heading !== null) {
      blocks.push(
        <strong
          key={blocks.length}
          style={{ display: "block", fontSize: `${1.5 - (heading[1]?.length ?? 1) * 0.12}em` }}
        >
          {inline(heading[2] ?? "")}
        </strong>,
      );
    } else if (line.trim() !== "") {
      blocks.push(<div key={blocks.length}>{inline(line)}</div>);
    } else {
      blocks.push(<div key={blocks.length} style={{ height: "0.6em" }} />);
    }
  }
  flush();
  return <>{blocks}</>;
}

const INLINE = /\*\*([^*]+)\*\*|\*([^*]+)\*|`([^`]+)`|\[([^\]]+)\]\((https?:\/\/[^\s)]+)\)/g;

function inline(text: string): ReactNode[] {
  const parts: ReactNode[] = [];
  let end = 0;
  for (const found of text.matchAll(INLINE)) {
    if (found.index > end) parts.push(text.slice(end, found.index));
    const [whole, bold, italic, code, label, address] = found;
    if (bold !== undefined) parts.push(<strong key={found.index}>{bold}</strong>);
    else if (italic !== undefined) parts.push(<em key={found.index}>{italic}</em>);
    else if (code !== undefined) parts.push(<code key={found.index}>{code}</code>);
    else {
      parts.push(
        <a key={found.index} href={address} target="_blank" rel="noreferrer noopener">
          {label}
        </a>,
      );
    }
    end = found.index + whole.length;
  }
  parts.push(text.slice(end));
  return parts;
}
