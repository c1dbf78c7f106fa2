/// Which screen stands where. Decides by the session and the place only; screens fetch for themselves.

import { effect } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { accountScreen, entrance, publicScreen } from "./account";
import { Directory, FindScreen, KeepingScreen, Pairs } from "./parts";
import { RoomScreen } from "./room/screen";
import { Shell } from "./rooms/shell";
import { Welcome } from "./rooms/welcome";
import { place } from "./router";
import { refreshSession, session } from "./session";
import { openRoom } from "./store/rooms";
import { start, stop } from "./store/client";
import { home, openRooms } from "./store/state";
import { Boundary, FailedState, Loading, MissingState, Remarks } from "./ui";
import { fetchAhead } from "./ui/late";

export function App() {
  return (
    <>
      <Boundary name={session.value.state}>{screen()}</Boundary>
      <Remarks />
    </>
  );
}

function screen(): ComponentChildren {
  const now = session.value;
  if (now.state === "loading") return <Loading />;
  if (now.state === "failed") return <Unreachable error={now.error} />;
  const open = publicScreen(place.value);
  if (open !== undefined) return open;
  if (!now.person) return entrance();
  return <Inside key={now.person.id} person={now.person.id} />;
}

const RETRY = 3_000;

/** The server did not answer the very first question: ask again by ourselves. */
function Unreachable({ error }: { error: unknown }) {
  useEffect(() => {
    const timer = setInterval(() => void refreshSession(), RETRY);
    return () => clearInterval(timer);
  }, []);
  return (
    <main>
      <FailedState error={error} retry={() => void refreshSession()} level={1} />
    </main>
  );
}

/** Everything for somebody signed in; the line to the server lives as long as this does. */
function Inside({ person }: { person: string }) {
  useEffect(() => {
    start(person);
    return stop;
  }, [person]);
  useEffect(() => effect(fetchWhenIdle), []);
  const at = place.value;
  useEffect(() => {
    if (at[0] !== "r") openRoom(null);
  }, [at[0]]);
  return <Shell atList={at.length === 0}><Boundary name={at.join("/")}>{inside(at)}</Boundary></Shell>;
}

/** What is wanted sooner or later is fetched when the first screen stands. */
function fetchWhenIdle(): void {
  const [where, room = ""] = place.value;
  const stands = where === "r" ? openRooms.value.get(room)?.state === "ready" : home.value.state === "ready";
  if (stands) void fetchAhead();
}

function inside(at: string[]): ComponentChildren {
  if (at.length === 0) return <Welcome />;
  if (at[0] === "r" && at[1]) return <RoomScreen key={at[1]} room={at[1]} rest={at.slice(2)} />;
  if (at[0] === "rooms") return <Directory />;
  if (at[0] === "find") return <FindScreen q={at[1] ?? ""} />;
  if (at[0] === "pairs") return <Pairs />;
  if (at[0] === "people") return <KeepingScreen part={at[1] ?? ""} />;
  return accountScreen(at) ?? <main><MissingState level={1} /></main>;
}
