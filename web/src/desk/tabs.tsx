/// The tabs of a room's desk, one row each: a new one is a component and its row here.
/// Its state comes with the room (`open.desk`, folded in src/store/desk.ts) or is fetched by the tab.

import type { ComponentChildren } from "preact";
import { DeskGuests } from "../guests/desk_guests";
import { openAppeals, openReports } from "../store/desk";
import { myId, type OpenRoom } from "../store/state";
import { DeskPeople } from "../sanctions/desk_people";
import { Log } from "../sanctions/log";
import type { Key } from "../texts";
import { ReportList } from "./reports";
import { Rules } from "./rules";
import { Waiting } from "./waiting";

export interface DeskTab {
  /** Its place: #/r/{room}/desk/{at}; empty for the first. */
  at: string;
  label: Key;
  /** How many things wait there. */
  count?: (open: OpenRoom) => number;
  draw: (open: OpenRoom) => ComponentChildren;
}

const RoomReports = ({ open }: { open: OpenRoom }) => <ReportList reports={open.desk?.reports ?? []} />;

export const TABS: DeskTab[] = [
  { at: "", label: "desk.waiting", count: (open) => (open.desk ? open.desk.requests.length + open.desk.held.length : 0), draw: (open) => <Waiting open={open} /> },
  { at: "reports", label: "reports.title", count: (open) => (open.desk ? openReports(open.desk) : 0), draw: (open) => <RoomReports open={open} /> },
  { at: "rules", label: "desk.rules", draw: (open) => <Rules open={open} /> },
  { at: "people", label: "desk.people", count: (open) => (open.desk ? openAppeals(open.desk, myId()) : 0), draw: (open) => <DeskPeople open={open} /> },
  { at: "guests", label: "guests.title", draw: (open) => <DeskGuests open={open} /> },
  { at: "log", label: "log.title", draw: (open) => <Log room={open.snapshot.room.id} /> },
];
