/// Between what one types and what is sent: `@Name` becomes `<@p_…>` and back, outside of code. Pure.

/** A name chosen from the list, or known to stand for somebody: what stands after the @. */
export interface Pick {
  id: string;
  label: string;
}

const CODE = /(```[\s\S]*?(?:```|$)|`[^`\n]+`)/;
const WORD = /(^|[^\p{L}\p{N}_<@/])@([\p{L}\p{N}][\p{L}\p{N}_.-]*)/gu;

/** The body to send. `usernames` (lower case) also stand for people when typed out by hand. */
export function encode(text: string, picks: readonly Pick[], usernames: ReadonlyMap<string, string>): string {
  const longestFirst = picks.toSorted((a, b) => b.label.length - a.label.length);
  return outsideCode(text, (part) => {
    let out = part;
    for (const { id, label } of longestFirst) out = replaceName(out, `@${label}`, `<@${id}>`);
    return out.replace(WORD, (whole, before: string, word: string) => {
      const stem = word.replace(/[.-]+$/, "");
      const id = usernames.get(stem.toLowerCase());
      return id ? `${before}<@${id}>${word.slice(stem.length)}` : whole;
    });
  });
}

/** The text to edit, and the names it holds. */
export function decode(body: string, label: (id: string) => string): { text: string; picks: Pick[] } {
  const picks: Pick[] = [];
  const text = outsideCode(body, (part) =>
    part.replace(/<@(p_[0-9a-z]{1,40}|room|facilitators)>/g, (_, id: string) => {
      const one = { id, label: label(id) };
      if (!picks.some((pick) => pick.id === id)) picks.push(one);
      return `@${one.label}`;
    }),
  );
  return { text, picks };
}

/** How long the server will find it: in code points. */
export const lengthOf = (text: string): number => [...text].length;

function outsideCode(text: string, change: (part: string) => string): string {
  return text.split(CODE).map((part, index) => (index % 2 ? part : change(part))).join("");
}

function replaceName(text: string, name: string, by: string): string {
  let out = "";
  let from = 0;
  for (;;) {
    const at = text.indexOf(name, from);
    if (at < 0) return out + text.slice(from);
    const end = at + name.length;
    const whole = !/[\p{L}\p{N}_]/u.test(text.charAt(end));
    out += text.slice(from, at) + (whole ? by : name);
    from = end;
  }
}

/** The `@…` being typed at the caret: where it begins and what stands after the @. */
export function atCaret(text: string, caret: number): { start: number; query: string } | undefined {
  const found = /(?:^|[\s([{"'«„“])@([\p{L}\p{N}_.-]*(?: [\p{L}\p{N}_.-]*)?)$/u.exec(text.slice(Math.max(0, caret - 60), caret));
  if (!found) return undefined;
  const query = found[1] ?? "";
  return { start: caret - query.length - 1, query };
}
