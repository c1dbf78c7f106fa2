/// Anchored scrolling: whatever is added above, below or within, what one reads stays where it is; at the foot of the
/// talk one follows it, as far as standing.ts says. Knows elements only: children of a list, with `data-no` or `data-new`.

import type { Sight } from "../store/unread";
import { LINE_AT, stand } from "./standing";

export interface Hooks {
  /** Does the list reach to the newest message? */
  atHead: () => boolean;
  nearTop: () => void;
  nearEnd: () => void;
  /** What is in sight; not while one is yet to be led to a message. */
  seen: (sight: Sight) => void;
  /** Does the "new" line say what was missed? It may be one of an earlier time. */
  missed: () => boolean;
  /** Whether one stands at the foot. */
  foot: (at: boolean) => void;
}

const NEAR = 700;
const FOOT = 48;

export class Scroller {
  private readonly box: HTMLElement;
  private readonly list: HTMLElement;
  private readonly hooks: Hooks;
  private readonly observer: ResizeObserver;
  private anchor: { element: Element; top: number } | null = null;
  /** One wants to follow the foot. While it is out of view, only the reader's own scrolling changes it. */
  private stick = true;
  private inView = false;
  private begun = false;
  /** On the way to a message that is not there yet. */
  private led = false;
  /** Where the box stood when it was last looked at. */
  private top = 0;
  private frame = 0;

  constructor(box: HTMLElement, list: HTMLElement, hooks: Hooks) {
    this.box = box;
    this.list = list;
    this.hooks = hooks;
    this.observer = new ResizeObserver(() => this.begun && this.restore());
    this.observer.observe(box);
    this.observer.observe(list);
    box.addEventListener("scroll", this.scrolled, { passive: true });
  }

  stop(): void {
    this.observer.disconnect();
    this.box.removeEventListener("scroll", this.scrolled);
    cancelAnimationFrame(this.frame);
  }

  /** After every drawing. `target`: the number a link led to; `inView`: from now on what comes can be seen coming. */
  drawn(target: number | null, inView: boolean): void {
    if (this.begun) this.restore();
    else this.begin(target);
    if (inView === this.inView) return;
    this.inView = inView;
    this.look();
  }

  /** It cannot be seen any more. */
  leave(): void {
    this.inView = false;
  }

  /** The message one is led to came, or will not come. */
  arrive(): void {
    this.led = false;
    if (this.begun) this.look();
  }

  /** Once, when one has come in. */
  private begin(target: number | null): void {
    this.begun = true;
    if (target !== null && this.show(`[data-no="${target}"]`, 0.4)) return;
    this.led = target !== null;
    this.stick = true;
    this.box.scrollTop = this.box.scrollHeight;
    this.follow(0);
    this.stick = target === null;
    this.look();
  }

  /** After every drawing: put what one reads back where it was, and go along with the talk. */
  private restore(): void {
    // Scrolled since the last look, which comes a frame later: a drawing in between must not pull the reader back.
    const { scrollTop, scrollHeight, clientHeight } = this.box;
    if (this.stick && scrollTop < this.top - FOOT && scrollHeight - scrollTop - clientHeight > FOOT) {
      this.stick = false;
      return this.look();
    }
    const following = this.stick && this.inView && this.hooks.atHead();
    if (!following && this.anchor?.element.isConnected) {
      const moved = this.topOf(this.anchor.element) - this.anchor.top + scrollTop - this.top;
      if (Math.abs(moved) >= 1) this.box.scrollTop += moved;
    } else if (!following && this.anchor && !this.led && this.show("[data-new]", LINE_AT)) {
      // Everything was replaced: begin where the reader has not been yet.
      return;
    }
    this.follow(this.box.scrollTop);
    this.look();
  }

  private follow(top: number): void {
    const { box, inView, stick } = this;
    const mark = inView || !this.hooks.missed() ? null : this.list.querySelector("[data-new]");
    if (!stick || (mark === null && !this.hooks.atHead())) return;
    const line = mark && box.scrollTop + this.wayTo(mark, LINE_AT);
    const at = stand({ foot: stick, inView, top, end: Math.max(0, box.scrollHeight - box.clientHeight), line });
    if (Math.abs(at - box.scrollTop) >= 1) box.scrollTop = at;
  }

  toFoot(): void {
    this.stick = true;
    this.led = false;
    this.box.scrollTop = this.box.scrollHeight;
    this.look();
  }

  /** Bring an element into sight, `share` (0 to 1) of the way down. False when there is none. */
  show(selector: string, share: number): boolean {
    const element = this.list.querySelector(selector);
    if (!element) return false;
    this.stick = false;
    this.led = false;
    this.box.scrollTop += this.wayTo(element, share);
    this.look();
    return true;
  }

  /** How far to scroll until the element stands `share` of the way down. */
  private wayTo(element: Element, share: number): number {
    const room = Math.max(0, this.box.clientHeight - element.getBoundingClientRect().height);
    return this.topOf(element) - room * share;
  }

  private readonly scrolled = (): void => {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => {
      if (!this.begun) return;
      const { scrollTop } = this.box;
      if (Math.abs(scrollTop - this.top) > 1) {
        this.stick = this.atFoot();
        this.led = false;
      }
      this.look();
    });
  };

  private atFoot(): boolean {
    const { scrollTop, scrollHeight, clientHeight } = this.box;
    return scrollHeight - scrollTop - clientHeight <= FOOT && this.hooks.atHead();
  }

  /** Remember where we are, and ask for more where it runs short. */
  private look(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.box;
    if (clientHeight === 0) return;
    const left = scrollHeight - scrollTop - clientHeight;
    this.top = scrollTop;
    const foot = this.atFoot();
    if (this.inView && !this.led) this.stick = foot;
    const element = this.firstInSight();
    this.anchor = element ? { element, top: this.topOf(element) } : null;
    this.hooks.foot(foot);
    const to = this.lastInSight(foot);
    if (to > 0 && !this.led) this.hooks.seen({ from: Math.min(to, Number((element as HTMLElement | undefined)?.dataset["no"] ?? to)), to, foot });
    if (scrollTop < NEAR) this.hooks.nearTop();
    if (left < NEAR) this.hooks.nearEnd();
  }

  private topOf(element: Element): number {
    return element.getBoundingClientRect().top - this.box.getBoundingClientRect().top;
  }

  /** Children stand one below the other, so the first in sight is found by halving. */
  private firstInSight(): Element | undefined {
    const all = this.list.children;
    let low = 0;
    let high = all.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const element = all[middle] as Element;
      if (this.topOf(element) + element.getBoundingClientRect().height > 0) high = middle;
      else low = middle + 1;
    }
    // A message, if one is near: day marks come and go.
    for (let i = low; i < Math.min(low + 3, all.length); i++) {
      if ((all[i] as HTMLElement).dataset["no"]) return all[i];
    }
    return all[low];
  }

  /** Half a line at the edge is not seen yet; of what is longer than the screen, where it fills half of it. */
  private lastInSight(foot: boolean): number {
    const all = this.list.children;
    const { top: edge } = this.box.getBoundingClientRect();
    const height = this.box.clientHeight;
    for (let i = all.length - 1; i >= 0; i--) {
      const element = all[i] as HTMLElement;
      const no = Number(element.dataset["no"] ?? 0);
      if (no === 0) continue;
      const { top, bottom } = element.getBoundingClientRect();
      if (foot || top - edge < height / 2 || bottom - edge <= height) return no;
    }
    return 0;
  }
}
