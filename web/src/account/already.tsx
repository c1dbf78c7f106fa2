/// A door that is for strangers, seen by somebody who is signed in.

import { useEffect } from "preact/hooks";
import { replace } from "../router";
import { Loading } from "../ui";

/** Somebody is signed in and came to a door that is for strangers: straight on. */
export function AlreadyInside() {
  useEffect(() => replace(), []);
  return <Loading />;
}
