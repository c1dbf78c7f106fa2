/// A parsed body as elements. Every element is made here by name; nothing is ever set as HTML.

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { t } from "../texts";
import { parse, type Node } from "./parse";

export interface Mentioned {
  /** What stands after the @: a name, "room", "facilitators". */
  label: (id: string) => string;
  /** Is this the reader (or do they belong to it)? Then it is marked. */
  mine: (id: string) => boolean;
}

export function Body({ text, mentioned }: { text: string; mentioned: Mentioned }) {
  return <div class="body">{draw(parse(text), mentioned)}</div>;
}

const PLAIN = { strong: "strong", em: "em", s: "s", blockquote: "blockquote", bullet_list: "ul", list_item: "li" } as const;

function draw(nodes: Node[], mentioned: Mentioned): ComponentChildren {
  return nodes.map((node, index) => one(node, index, mentioned));
}

/** "1984. A year" begins a list: what stands before its first words needs more room than "1." does. */
function roomFor(node: Node): { paddingInlineStart: string } | undefined {
  const digits = String(Number(node.start ?? 1) + node.children.length - 1).length;
  return digits > 2 ? { paddingInlineStart: `${digits * 0.6 + 0.6}em` } : undefined;
}

function one(node: Node, key: number, mentioned: Mentioned): ComponentChildren {
  const inside = () => draw(node.children, mentioned);
  if (node.type in PLAIN) {
    const Tag = PLAIN[node.type as keyof typeof PLAIN] as "em";
    return <Tag key={key}>{inside()}</Tag>;
  }
  switch (node.type) {
    case "text":
      return node.text;
    case "paragraph":
      return node.tight ? inside() : <p key={key}>{inside()}</p>;
    case "heading":
      // A message has no outline: its headings are strong lines.
      return <p key={key} class="body-heading">{inside()}</p>;
    case "ordered_list":
      return <ol key={key} start={Number(node.start ?? 1)} style={roomFor(node)}>{inside()}</ol>;
    case "softbreak":
    case "hardbreak":
      return <br key={key} />;
    case "hr":
      return <hr key={key} />;
    case "code_inline":
      return <code key={key}>{node.text}</code>;
    case "fence":
    case "code_block":
      return <Code key={key} text={node.text} />;
    case "link":
      return <a key={key} href={node.href} target="_blank" rel="noopener noreferrer nofollow">{inside()}</a>;
    case "mention":
      return (
        <span key={key} class={mentioned.mine(node.text) ? "mention mention-mine" : "mention"}>
          @{mentioned.label(node.text)}
        </span>
      );
    case "spoiler":
      return <Spoiler key={key}>{inside()}</Spoiler>;
    default:
      return node.children.length ? <span key={key}>{inside()}</span> : node.text;
  }
}

/** Wide lines scroll inside, so the region takes the keyboard's focus. */
function Code({ text }: { text: string }) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <pre tabIndex={0} role="region" aria-label={t("body.code")}>
      <code>{text.replace(/\n$/, "")}</code>
    </pre>
  );
}

function Spoiler({ children }: { children: ComponentChildren }) {
  const [open, setOpen] = useState(false);
  if (open) return <span class="spoiler-open">{children}</span>;
  return (
    <button type="button" class="spoiler" onClick={() => setOpen(true)}>
      {t("body.spoiler")}
    </button>
  );
}
