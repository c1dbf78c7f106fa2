/// The facilitators' desk: what waits for them, from their stream. The fold of its snapshot, pure.
/// A new thing that waits is a field of FacilitatorSnapshot and a row here.

import type { StreamEvent } from "../wire/frames";
import type { FacilitatorSnapshot } from "../wire/views";
import { heldOf } from "./waiting";

type Kind = StreamEvent["kind"];
type Of<K extends Kind> = Extract<StreamEvent, { kind: K }>;
type Rules = { [K in Kind]?: (desk: FacilitatorSnapshot, event: Of<K>) => FacilitatorSnapshot };

const RULES: Rules = {
  "join.requested": (desk, { data, at }) => ({
    ...desk,
    requests: [...desk.requests.filter((one) => one.person.id !== data.person.id), { person: data.person, at }],
  }),
  "join.ended": (desk, { data }) => ({ ...desk, requests: desk.requests.filter((one) => one.person.id !== data.person) }),
  "post.held": (desk, event) => ({ ...desk, held: [...desk.held.filter((one) => one.id !== event.data.id), heldOf(event)] }),
  "post.changed": (desk, { data }) => ({
    ...desk,
    held: desk.held.map((one) =>
      one.id === data.id
        ? { ...one, body: data.body ?? "", title: data.title ?? null, why: data.why ?? "", rule: data.rule ?? "", matched: data.matched ?? "" }
        : one,
    ),
  }),
  "post.settled": settled,
  "sanction.appealed": (desk, { data }) => ({
    ...desk,
    appeals: [{ sanction: data.id, person: data.person }, ...desk.appeals.filter((one) => one.sanction !== data.id)],
  }),
  "sanction.answered": (desk, { data }) => ({ ...desk, appeals: desk.appeals.filter((one) => one.sanction !== data.id) }),
  "moderation.changed": (desk, { data }) => ({ ...desk, moderation: data.moderation }),
};

/** What was declined stays in sight for a while; of the rest nothing is kept. */
function settled(desk: FacilitatorSnapshot, { data, actor, at }: Of<"post.settled">): FacilitatorSnapshot {
  const { id, how, reason = "" } = data;
  const found = desk.held.find((one) => one.id === id);
  const declined = desk.declined.filter((one) => one.held.id !== id);
  const kept = how === "declined" && found;
  return {
    ...desk,
    held: desk.held.filter((one) => one.id !== id),
    declined: kept ? [{ held: { ...found, state: "declined", reason }, by: actor, reason, at }, ...declined] : declined,
  };
}

/** Events not newer than the cursor, or of another stream, change nothing; unknown kinds move the cursor only. */
export function foldDesk(desk: FacilitatorSnapshot, event: StreamEvent): FacilitatorSnapshot {
  if (event.stream !== desk.cursor.stream || event.seq <= desk.cursor.seq) return desk;
  const rule = RULES[event.kind] as ((d: FacilitatorSnapshot, e: StreamEvent) => FacilitatorSnapshot) | undefined;
  const next = rule ? rule(desk, event) : desk;
  return { ...next, cursor: { ...desk.cursor, seq: event.seq } };
}

/** How many things wait for `me` to decide. */
export const waitingAt = (desk: FacilitatorSnapshot | undefined, me: string): number =>
  desk ? desk.requests.length + desk.held.length + openReports(desk) + openAppeals(desk, me) : 0;

export const openReports = (desk: FacilitatorSnapshot): number => desk.reports.filter((one) => one.state === "open").length;

/** One's own is answered by others. */
export const openAppeals = (desk: FacilitatorSnapshot, me: string): number => desk.appeals.filter((one) => one.person !== me).length;
