/// The facilitators' desk of a room: what waits for them, and what they look after. Tabs are rows of TABS.

import { Tabbed } from "../account/tabs";
import { ApiError } from "../net/error";
import { href } from "../router";
import { useRoom } from "../room/context";
import type { OpenRoom } from "../store/state";
import { t } from "../texts";
import { FailedState, Loading, MissingState, Page } from "../ui";
import { TABS } from "./tabs";

export function DeskScreen({ open, name, part }: { open: OpenRoom; name: string; part: string }) {
  const { may } = useRoom();
  const id = open.snapshot.room.id;
  const back = href("r", id);
  const title = t("desk.title");
  const wanted = TABS.findIndex((one) => one.at === part);
  const tab = TABS[wanted];
  if (!may.facilitate) return <Page title={title} back={back}><FailedState error={new ApiError("not_allowed", "")} /></Page>;
  if (!tab) return <Page title={title} back={back}><MissingState /></Page>;
  if (!open.desk) return <Page title={title} back={back}><Loading /></Page>;
  const tabs = TABS.map(({ at, label, count }) => ({
    to: at ? ["r", id, "desk", at] : ["r", id, "desk"],
    label: t(label),
    ...(count ? { count: count(open) } : {}),
  }));
  return (
    <Tabbed title={title} lead={t("desk.lead", { name })} back={back} tabs={tabs} open={wanted}>
      {tab.draw(open)}
    </Tabbed>
  );
}
