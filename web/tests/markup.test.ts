import { describe, expect, it } from "vitest";
import { atCaret, decode, encode } from "../src/markup/compose";
import { parse, plain, type Node } from "../src/markup/parse";

const shape = (nodes: Node[]): unknown[] =>
  nodes.map((one) => (one.children.length ? [one.type, ...shape(one.children)] : one.text ? `${one.type}:${one.text}` : one.type));
const links = (nodes: Node[]): (string | undefined)[] =>
  nodes.flatMap((one) => [...(one.type === "link" ? [one.href] : []), ...links(one.children)]);

describe("bodies", () => {
  it("knows mentions, spoilers and breaks", () => {
    expect(shape(parse("Hi <@p_1>, <@room>\nthe ||butler *did* it|| | ok"))).toEqual([
      ["paragraph", "text:Hi ", "mention:p_1", "text:, ", "mention:room", "softbreak",
        "text:the ", ["spoiler", "text:butler ", ["em", "text:did"], "text: it"], "text: | ok"],
    ]);
  });
  it("leaves empty and open spoilers, and mentions in code, as they are typed", () => {
    expect(shape(parse("|| || and |open"))).toEqual([["paragraph", "text:|| || and |open"]]);
    expect(shape(parse("`<@p_1>`"))).toEqual([["paragraph", "code_inline:<@p_1>"]]);
  });
  it("never makes HTML, images, or links other than http, https, mailto", () => {
    const hostile = [
      "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "![x](https://evil/x.png)",
      "[x](javascript:alert(1))", "[x](data:text/html,1)", "<javascript:alert(1)>", "[x](vbscript:1)", "javascript:alert(1)",
      "[x]( java\tscript:alert(1))", "[a]: javascript:alert(1)\n\n[a]", "[x](&#106;avascript:alert(1))", "//evil.example",
    ];
    for (const body of hostile) {
      const tree = parse(body);
      expect(links(tree).filter((href) => href !== undefined && !/^(https?|mailto):/.test(href))).toEqual([]);
      expect(JSON.stringify(shape(tree))).not.toMatch(/"(html|image)/);
    }
    expect(links(parse("see https://example.org/a_b and <https://x.org> [m](mailto:a@b.c)"))).toEqual([
      "https://example.org/a_b", "https://x.org", "mailto:a@b.c",
    ]);
  });
  it("stays quick on hostile bodies of full length", () => {
    const start = performance.now();
    for (const unit of ["[", "*a", "||", "<@p_", "`", "> ", "![", "_*", "a@", "<", "**a_"]) {
      parse(unit.repeat(Math.floor(8000 / unit.length)));
    }
    expect(performance.now() - start).toBeLessThan(4000);
  });
  it("becomes one line with spoilers folded", () => {
    expect(plain("# Title\n\nHello **you** ||secret||\n- a\n- b", (id) => id)).toBe("Title Hello you … a b");
  });
});

describe("composing", () => {
  const picks = [{ id: "p_1", label: "Ana" }, { id: "p_2", label: "Ana María" }, { id: "room", label: "room" }];
  it("writes names as mentions, the longer one first, and not in code", () => {
    const names = new Map([["bo", "p_3"]]);
    expect(encode("@Ana María, @Ana and @bo. `@Ana` @Anabel @room", picks, names)).toBe(
      "<@p_2>, <@p_1> and <@p_3>. `@Ana` @Anabel <@room>",
    );
    expect(encode("mail me at x@bo.org", [], names)).toBe("mail me at x@bo.org");
  });
  it("reads them back", () => {
    const { text, picks: got } = decode("<@p_1> `<@p_1>`", () => "Ana");
    expect(text).toBe("@Ana `<@p_1>`");
    expect(encode(text, got, new Map())).toBe("<@p_1> `<@p_1>`");
  });
  it("finds the name being typed", () => {
    expect(atCaret("hello @an", 9)).toEqual({ start: 6, query: "an" });
    expect(atCaret("(@", 2)).toEqual({ start: 1, query: "" });
    expect(atCaret("a@b", 3)).toBeUndefined();
  });
});
