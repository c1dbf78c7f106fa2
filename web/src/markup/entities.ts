/// In place of the package `entities`, of which markdown-it asks one thing: what `&amp;` and its like stand for in the
/// addresses of links. Bodies do not know entities otherwise (parse.ts), so a table of two thousand is not sent.

const NAMED: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0" };

/** The text with these few decoded; any other stays as it is written. Numbers are markdown-it's own affair. */
export const decodeHTMLStrict = (text: string): string =>
  text.replace(/&([a-z]+);/g, (whole, name: string) => (Object.hasOwn(NAMED, name) ? (NAMED[name] as string) : whole));
