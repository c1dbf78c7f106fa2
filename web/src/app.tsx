/// Which screen stands where. Decides by the session and the place only; screens fetch for themselves.

import type { ComponentChildren } from "preact";
import { accountScreen, entrance, publicScreen } from "./account";
import { adminScreen } from "./admin";
import { place } from "./router";
import { refreshSession, session } from "./session";
import { FailedState, Loading, MissingState, Remarks } from "./ui";

export function App() {
  return (
    <>
      {screen()}
      <Remarks />
    </>
  );
}

function screen(): ComponentChildren {
  const now = session.value;
  if (now.state === "loading") return <Loading />;
  if (now.state === "failed") return <FailedState error={now.error} retry={() => void refreshSession()} />;
  const open = publicScreen(place.value);
  if (open !== undefined) return open;
  if (!now.person) return entrance();
  return accountScreen(place.value) ?? adminScreen(place.value) ?? <MissingState />;
}
