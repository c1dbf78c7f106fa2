/// The screens of an account: set-up, sign-in, sign-up, links, settings. These tables name their places.

import type { ComponentChildren } from "preact";
import { JoinScreen, LinkScreen, NotSetUp, SettingsScreen, SignInScreen, SignUpScreen, VisitOver } from "../parts";
import { session } from "../session";
import { departure } from "./departure";
import { AlreadyInside } from "./already";

const inside = (): boolean => session.value.state === "known" && session.value.person !== undefined;

const join = (place: string[]) => <JoinScreen key={place[1]} code={place[1] ?? ""} signIn={place[2] === "sign-in"} />;
const link = (place: string[]) => <LinkScreen key={place[1]} token={place[1] ?? ""} rest={place.slice(2)} />;

/** Several words for one thing: links are read out, typed and shortened by people. */
const PUBLIC: Record<string, (place: string[]) => ComponentChildren> = {
  join,
  invite: join,
  link,
  "set-up": link,
  "sign-in": () => (inside() ? <AlreadyInside /> : entrance()),
  "sign-up": () => (inside() ? <AlreadyInside /> : <SignUpScreen />),
};

const NEEDS_CODE = new Set(["join", "invite", "link", "set-up"]);

/** Places that need no sign-in. Undefined: not one of ours. */
export function publicScreen(place: string[]): ComponentChildren | undefined {
  const first = place[0] ?? "";
  if (NEEDS_CODE.has(first) && !place[1]) return undefined;
  return Object.hasOwn(PUBLIC, first) ? PUBLIC[first]?.(place) : undefined;
}

/** Places of somebody signed in. Undefined: not one of ours. */
export function accountScreen(place: string[]): ComponentChildren | undefined {
  return place[0] === "settings" ? <SettingsScreen part={place[1] ?? ""} /> : undefined;
}

/** What somebody sees who is not signed in, wherever they wanted to go: sign-in, or set-up while `set_up` is false. */
export function entrance(): ComponentChildren {
  if (session.value.state === "known" && !session.value.set_up) return <NotSetUp />;
  const gone = departure.value;
  return gone === "visit_over" || gone === "visit_forgotten" ? <VisitOver forgotten={gone === "visit_forgotten"} /> : <SignInScreen />;
}
