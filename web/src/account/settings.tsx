/// What one settles for oneself: profile, password and address, devices, tokens, leaving.

import type { ComponentChildren } from "preact";
import { href } from "../router";
import { reloadOverview } from "../store/client";
import { home, type Home } from "../store/state";
import { t } from "../texts";
import { FailedState, Loading, MissingState, Page } from "../ui";
import { Devices } from "./devices";
import { Leaving } from "./leaving";
import { OwnPlanned } from "../planned/own";
import { QuietSettings } from "./quiet";
import { NotifyScreen } from "../notify/settings";
import { Profile } from "./profile";
import { Secrets } from "./secrets";
import { Tabbed } from "./tabs";
import { Tokens } from "./tokens";

interface Part {
  at: string;
  label: "settings.profile" | "settings.secrets" | "settings.devices" | "settings.tokens" | "settings.leaving" | "quiet.tab" | "notify.tab" | "planned.tab";
  draw: (here: Home) => ComponentChildren;
  /** The verb one must be allowed to see it at all. */
  needs?: string;
}

const PARTS: Part[] = [
  { at: "", label: "settings.profile", draw: (here) => <Profile me={here.me} /> },
  { at: "password", label: "settings.secrets", draw: (here) => <Secrets me={here.me} email={here.email} /> },
  { at: "devices", label: "settings.devices", draw: () => <Devices /> },
  { at: "notify", label: "notify.tab", draw: (here) => <NotifyScreen here={here} /> },
  { at: "tokens", label: "settings.tokens", draw: (here) => <Tokens me={here.me} />, needs: "token.create" },
  { at: "reminders", label: "planned.tab", draw: () => <OwnPlanned /> },
  { at: "quiet", label: "quiet.tab", draw: (here) => <QuietSettings here={here} /> },
  { at: "leaving", label: "settings.leaving", draw: (here) => <Leaving me={here.me} /> },
];

const Bare = ({ children }: { children: ComponentChildren }) => (
  <Page title={t("settings.title")} back={href()}>
    {children}
  </Page>
);

export function SettingsScreen({ part }: { part: string }) {
  const here = home.value;
  if (here.state !== "ready") return <Bare>{here.state === "loading" ? <Loading /> : <FailedState error={here.error} retry={() => void reloadOverview()} />}</Bare>;
  // A guest has no account to settle.
  const own = here.visitUntil === null ? PARTS : PARTS.filter((one) => one.at === "quiet");
  const parts = own.filter((one) => !one.needs || here.may.includes(one.needs));
  const open = parts.findIndex((one) => one.at === part);
  if (open < 0) return <Bare><MissingState /></Bare>;
  const tabs = parts.map((one) => ({ to: one.at ? ["settings", one.at] : ["settings"], label: t(one.label) }));
  return (
    <Tabbed title={t("settings.title")} tabs={tabs} open={open}>
      {parts[open]?.draw(here)}
    </Tabbed>
  );
}
