/// A body as a tree: CommonMark without raw HTML, plus mentions and folded spoilers.
/// markdown-it finds the structure; nothing here makes HTML. Links are http, https and mailto only.

import MarkdownIt from "markdown-it";

export interface Node {
  /** markdown-it's name of the token without _open: paragraph, strong, link, text, mention, spoiler … */
  type: string;
  tag: string;
  text: string;
  info: string;
  href: string | undefined;
  /** Of an ordered list. */
  start: string | undefined;
  tight: boolean;
  children: Node[];
}

const SAFE = /^(https?:|mailto:)/i;
const MENTION = /^<@(p_[0-9a-z]{1,40}|room|facilitators)>/;

const md = new MarkdownIt("commonmark", { html: false, linkify: true, breaks: true })
  .enable(["linkify", "strikethrough"])
  .disable(["html_inline", "html_block", "image", "reference", "entity"]);
md.validateLink = (url) => SAFE.test(url);
md.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false });
for (const scheme of ["ftp:", "//"]) md.linkify.add(scheme, null);

md.inline.ruler.before("autolink", "mention", (state, silent) => {
  if (state.src.charCodeAt(state.pos) !== 0x3c) return false;
  const found = MENTION.exec(state.src.slice(state.pos, state.pos + 50));
  if (!found) return false;
  if (!silent) state.push("mention", "", 0).content = found[1] ?? "";
  state.pos += found[0].length;
  return true;
});

md.inline.ruler.before("emphasis", "spoiler", (state, silent) => {
  const { src, pos } = state;
  if (src.charCodeAt(pos) !== 0x7c || src.charCodeAt(pos + 1) !== 0x7c || state.env["spoiler"]) return false;
  const end = src.indexOf("||", pos + 2);
  if (end <= pos + 2 || end > state.posMax || !src.slice(pos + 2, end).trim()) return false;
  if (silent) {
    state.pos = end + 2;
    return true;
  }
  const max = state.posMax;
  state.env["spoiler"] = true;
  state.push("spoiler_open", "", 1);
  state.pos = pos + 2;
  state.posMax = end;
  state.md.inline.tokenize(state);
  state.push("spoiler_close", "", -1);
  state.env["spoiler"] = false;
  state.pos = end + 2;
  state.posMax = max;
  return true;
});
// Plain text ends at a bar, or the rule above would never be asked.
md.inline.ruler.at("text", (state, silent) => {
  let { pos } = state;
  while (pos < state.posMax && !TERMINATORS.has(state.src.charCodeAt(pos))) pos++;
  if (pos === state.pos) return false;
  if (!silent) state.pending += state.src.slice(state.pos, pos);
  state.pos = pos;
  return true;
});
const TERMINATORS = new Set([..."\n!#$%&*+-:<=>@[\\]^_`{}~|"].map((one) => one.charCodeAt(0)));

const cache = new Map<string, Node[]>();
const CACHED = 600;

/** The tree of a body. Remembered, so that drawing again costs nothing. */
export function parse(body: string): Node[] {
  const known = cache.get(body);
  if (known) return known;
  const tree = nest(md.parse(body, {}));
  if (cache.size >= CACHED) cache.delete(cache.keys().next().value ?? "");
  cache.set(body, tree);
  return tree;
}

type Token = ReturnType<typeof md.parse>[number];

function nest(tokens: Token[]): Node[] {
  const root: Node[] = [];
  const stack: Node[][] = [root];
  for (const token of tokens) {
    const here = stack.at(-1) ?? root;
    if (token.nesting < 0) {
      if (stack.length > 1) stack.pop();
      continue;
    }
    if (token.type === "inline") {
      here.push(...nest(token.children ?? []));
      continue;
    }
    const node = make(token);
    here.push(node);
    if (token.nesting > 0) stack.push(node.children);
  }
  return root;
}

function make(token: Token): Node {
  const attribute = (name: string) => {
    const value = token.attrGet(name);
    return value === null ? undefined : String(value);
  };
  const href = attribute("href");
  return {
    type: token.type.replace(/_open$/, ""),
    tag: token.tag,
    text: token.content,
    info: token.info.trim().split(/\s+/)[0] ?? "",
    href: href !== undefined && SAFE.test(href) ? href : undefined,
    start: attribute("start"),
    tight: token.hidden,
    children: [],
  };
}

/** A body as one line of plain words, for quotations, titles and announcements. Spoilers stay folded. */
export function plain(body: string, called: (id: string) => string, most = 140): string {
  const parts: string[] = [];
  const walk = (nodes: Node[]): void => {
    for (const node of nodes) {
      if (node.type === "spoiler") parts.push("…");
      else if (node.type === "mention") parts.push(`@${called(node.text)}`);
      else if (node.type === "softbreak" || node.type === "hardbreak") parts.push(" ");
      else if (node.children.length) walk(node.children);
      else parts.push(node.text);
      if (node.tag === "p" || node.tag === "li" || node.type === "fence" || node.type === "heading") parts.push(" ");
    }
  };
  walk(parse(body));
  const text = parts.join("").replace(/\s+/g, " ").trim();
  const letters = [...text];
  return letters.length > most ? `${letters.slice(0, most - 1).join("").trimEnd()}…` : text;
}
