/// Catches what a part of the screen throws while it is drawn, so that the rest stays usable.

import { Component, type ComponentChildren } from "preact";
import { t } from "../texts";
import { Button } from "./button";

interface BoundaryProps {
  /** When this changes the part is drawn anew: another place, another room. */
  name: string;
  children: ComponentChildren;
}

export class Boundary extends Component<BoundaryProps, { broken: boolean }> {
  override state = { broken: false };

  static override getDerivedStateFromError(): { broken: boolean } {
    return { broken: true };
  }

  override componentDidCatch(error: unknown): void {
    // The console is the only place for it: nothing is reported anywhere.
    reportError(error);
  }

  override componentDidUpdate(before: BoundaryProps): void {
    if (this.state.broken && before.name !== this.props.name) this.setState({ broken: false });
  }

  override render({ children }: BoundaryProps): ComponentChildren {
    if (!this.state.broken) return children;
    return (
      <main class="state" data-state="broken">
        <h1 class="state-title">{t("broken.title")}</h1>
        <p class="state-text">{t("broken.body")}</p>
        <Button onClick={() => location.reload()}>{t("broken.reload")}</Button>
      </main>
    );
  }
}
