/// The screens of those who keep the community: people, invitations, class lists, bots, its settings.

import type { ComponentChildren } from "preact";
import { Tabbed } from "../account/tabs";
import { ApiError } from "../net/error";
import { href } from "../router";
import { reloadOverview } from "../store/client";
import { home, troubled, type Home } from "../store/state";
import { Log } from "../sanctions/log";
import { t, type Key } from "../texts";
import { FailedState, Loading, MissingState, Page } from "../ui";
import { Bots } from "./bots";
import { ClassListScreen } from "./class_list";
import { CommunitySettings } from "./community";
import { CopiesNotice } from "./copies";
import { InnerHosts } from "./hosts";
import { Invitations } from "./invitations";
import { PeopleScreen } from "./people";
import { CommunityReports, CommunityRules } from "./reports";
import { UnledRooms } from "./unled";

interface Part {
  at: string;
  label: Key;
  /** The verb of rooms/policy.py that opens it. */
  needs: string;
  draw: (here: Home) => ComponentChildren;
}

const PARTS: Part[] = [
  { at: "", label: "keep.people", needs: "person.role", draw: (here) => <PeopleScreen here={here} /> },
  { at: "invitations", label: "keep.invitations", needs: "invitation.create", draw: (here) => <Invitations here={here} /> },
  { at: "class-list", label: "keep.class_list", needs: "person.class_list", draw: (here) => <ClassListScreen here={here} /> },
  { at: "reports", label: "reports.title", needs: "watch_admins", draw: () => <CommunityReports /> },
  { at: "unled", label: "unled.title", needs: "room.unled", draw: () => <UnledRooms /> },
  { at: "rules", label: "desk.rules", needs: "community.rules", draw: () => <CommunityRules /> },
  { at: "bots", label: "keep.bots", needs: "bot.create", draw: () => <Bots /> },
  { at: "log", label: "log.title", needs: "log.read", draw: () => <Log room={null} /> },
  { at: "community", label: "keep.community", needs: "community.change", draw: (here) => <><CopiesNotice /><CommunitySettings community={here.community} /><InnerHosts /></> },
];

const Bare = ({ children }: { children: ComponentChildren }) => (
  <Page title={t("me.keep")} back={href()}>
    {children}
  </Page>
);

/** One of the parts above, by its place under #/people. */
export function KeepingScreen({ part }: { part: string }) {
  const here = home.value;
  if (here.state !== "ready") return <Bare>{here.state === "loading" ? <Loading /> : <FailedState error={here.error} retry={() => void reloadOverview()} />}</Bare>;
  const wanted = PARTS.find((one) => one.at === part);
  if (!wanted) return <Bare><MissingState /></Bare>;
  if (!here.may.includes(wanted.needs)) return <Bare><FailedState error={new ApiError("not_allowed", "")} /></Bare>;
  const parts = PARTS.filter((one) => here.may.includes(one.needs));
  const counts: Record<string, number> = { bots: troubled.value.length };
  const tabs = parts.map((one) => ({ to: one.at ? ["people", one.at] : ["people"], label: t(one.label), count: counts[one.at] ?? 0 }));
  return (
    <Tabbed title={here.community.name} tabs={tabs} open={parts.indexOf(wanted)}>
      {wanted.draw(here)}
    </Tabbed>
  );
}
