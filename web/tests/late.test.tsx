// @vitest-environment happy-dom
/// A part that does not come says so and is asked for again; a dialog gives way, and may be asked for again.

import { render } from "preact";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { late } from "../src/ui/late";
import { Remarks } from "../src/ui/notice";

const Part = ({ onClose }: { onClose?: () => void }) => <p>here{onClose ? " in a dialog" : ""}</p>;

/** A server that lacks the part so many times. */
const lacking = (times: number) => {
  let asked = 0;
  return vi.fn(async () => {
    asked += 1;
    if (asked <= times) throw new TypeError("Failed to fetch dynamically imported module");
    return { Part };
  });
};

const PATIENCE = 4_000;

const said = (): string => document.body.textContent ?? "";

beforeEach(() => document.body.replaceChildren());
afterEach(() => render(null, document.body));

describe("a part that does not come", () => {
  it("offers to try again, and is there when it comes", async () => {
    const load = lacking(1);
    const Late = late(load, "Part", { stands: "screen" });
    render(<Late />, document.body);
    await vi.waitFor(() => expect(said()).toContain("This part did not arrive"), PATIENCE);
    const again = [...document.querySelectorAll("button")].find((one) => one.textContent === "Try again");
    again?.click();
    await vi.waitFor(() => expect(said()).toBe("here"), PATIENCE);
    expect(load).toHaveBeenCalledTimes(2);
  });

  it("as a dialog is closed with a remark, and comes when it is opened again", async () => {
    const Late = late(lacking(1), "Part", { stands: "dialog" });
    const close = vi.fn();
    const draw = (open: boolean) => render(<>{open && <Late onClose={close} />}<Remarks /></>, document.body);
    draw(true);
    await vi.waitFor(() => expect(close).toHaveBeenCalledTimes(1), PATIENCE);
    await vi.waitFor(() => expect(said()).toContain("This part did not arrive"), PATIENCE);
    draw(false);
    draw(true);
    await vi.waitFor(() => expect(said()).toContain("here in a dialog"), PATIENCE);
  });
});
