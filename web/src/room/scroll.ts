/// Anchored scrolling: whatever is added above, below or within, what one reads stays where it is; and at
/// the foot of the talk one stays at the foot. Knows elements only: children of a list, with `data-no`.

export interface Hooks {
  /** Does the list reach to the newest message? */
  atHead: () => boolean;
  nearTop: () => void;
  nearEnd: () => void;
  /** The last number in sight. */
  seen: (no: number) => void;
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
  private stick = true;
  /** Where the box stood when it was last looked at. */
  private top = 0;
  private frame = 0;

  constructor(box: HTMLElement, list: HTMLElement, hooks: Hooks) {
    this.box = box;
    this.list = list;
    this.hooks = hooks;
    this.observer = new ResizeObserver(() => this.restore());
    this.observer.observe(box);
    this.observer.observe(list);
    box.addEventListener("scroll", this.scrolled, { passive: true });
  }

  stop(): void {
    this.observer.disconnect();
    this.box.removeEventListener("scroll", this.scrolled);
    cancelAnimationFrame(this.frame);
  }

  /** After every drawing: put what one reads back where it was. */
  restore(): void {
    // Scrolled since the last look, which comes a frame later: a drawing in between must not pull the reader back.
    const { scrollTop, scrollHeight, clientHeight } = this.box;
    if (this.stick && scrollTop < this.top - FOOT && scrollHeight - scrollTop - clientHeight > FOOT) return this.look();
    if (this.stick && this.hooks.atHead()) {
      this.box.scrollTop = this.box.scrollHeight;
    } else if (!this.anchor?.element.isConnected) {
      // Everything was replaced: begin where the reader has not been yet.
      if (this.anchor && this.show("[data-new]", 0.25)) return;
    } else {
      const moved = this.topOf(this.anchor.element) - this.anchor.top;
      if (Math.abs(moved) >= 1) this.box.scrollTop += moved;
    }
    this.look();
  }

  toFoot(): void {
    this.stick = true;
    this.box.scrollTop = this.box.scrollHeight;
    this.look();
  }

  /** Bring an element into sight, `share` (0 to 1) of the way down. False when there is none. */
  show(selector: string, share: number): boolean {
    const element = this.list.querySelector(selector);
    if (!element) return false;
    this.stick = false;
    const room = Math.max(0, this.box.clientHeight - element.getBoundingClientRect().height);
    this.box.scrollTop += this.topOf(element) - room * share;
    this.look();
    return true;
  }

  /** Say again what is in sight: after the tab has come back to the front. */
  tellSeen(): void {
    const last = this.lastInSight();
    if (last > 0) this.hooks.seen(last);
  }

  private readonly scrolled = (): void => {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.look());
  };

  /** Remember where we are, and ask for more where it runs short. */
  private look(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.box;
    if (clientHeight === 0) return;
    const left = scrollHeight - scrollTop - clientHeight;
    this.top = scrollTop;
    this.stick = left <= FOOT && this.hooks.atHead();
    const element = this.firstInSight();
    this.anchor = element ? { element, top: this.topOf(element) } : null;
    this.hooks.foot(this.stick);
    this.tellSeen();
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

  private lastInSight(): number {
    const all = this.list.children;
    const height = this.box.clientHeight;
    for (let i = all.length - 1; i >= 0; i--) {
      const element = all[i] as HTMLElement;
      const no = Number(element.dataset["no"] ?? 0);
      if (no > 0 && this.topOf(element) < height - 12) return no;
    }
    return 0;
  }
}
