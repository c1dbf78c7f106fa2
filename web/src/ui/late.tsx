/// Parts of the client that are fetched when they are first drawn, or ahead of that in a quiet moment.
/// Knows how one waits and what is said when a part does not come; which parts there are stands in src/parts/.

import type { ComponentChildren, ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { ApiError, say } from "../net/error";
import { remark } from "./notice";
import { FailedState, Loading } from "./states";

/** Where a part stands, which says what is drawn until it is here. */
type Stands = "screen" | "margin" | "within" | "dialog";

interface Options {
  stands: Stands;
  /** Fetched ahead: what most people need sooner or later, some of them without a network. */
  ahead?: boolean;
}

type Given = Record<string, unknown>;
type Part = ComponentType<Given>;

const waiting: (() => Promise<unknown>)[] = [];

/** The component `name` of a module that is fetched when it is needed; drawn at once from then on. */
export function late<M, K extends keyof M>(load: () => Promise<M>, name: K, { stands, ahead = false }: Options): M[K] {
  let part: Part | undefined;
  const fetch = async () => {
    part = (await load())[name] as unknown as Part;
  };
  if (ahead) waiting.push(fetch);
  const Late = (props: Given) => {
    const [tries, again] = useState(0);
    const [state, set] = useState<"waiting" | "here" | "failed">(part ? "here" : "waiting");
    useEffect(() => {
      // It may have come between the drawing and now.
      if (part) return set("here");
      let gone = false;
      set("waiting");
      fetch().then(
        () => !gone && set("here"),
        () => !gone && (stands === "dialog" ? refuse(props) : set("failed")),
      );
      return () => {
        gone = true;
      };
    }, [tries]);
    if (part) {
      const Here = part;
      return <Here {...props} />;
    }
    if (stands === "dialog") return null;
    // What failed twice while there is a network is gone from the server: another version stands there.
    const retry = () => (tries > 0 && navigator.onLine ? location.reload() : again(tries + 1));
    return frame(stands, state === "failed" ? <FailedState error={missing()} retry={retry} /> : <Loading />);
  };
  return Late as unknown as M[K];
}

const missing = (): ApiError => new ApiError("part_missing", "");

/** A dialog that does not come: said at the foot of the window, and one may ask for it again. */
function refuse({ onClose }: Given): void {
  remark(say(missing()), "error");
  if (typeof onClose === "function") onClose();
}

function frame(stands: Stands, inside: ComponentChildren): ComponentChildren {
  if (stands === "screen") return <main class="room">{inside}</main>;
  if (stands === "margin") return <aside class="margin">{inside}</aside>;
  return inside;
}

/** Fetch, one after the other and only while nothing else is to be done, what is wanted sooner or later. */
export async function fetchAhead(): Promise<void> {
  const { connection } = navigator as { connection?: { saveData?: boolean } };
  if (connection?.saveData) return;
  for (const fetch of waiting.splice(0)) {
    await idle();
    // What does not come now is asked for when it is drawn.
    await fetch().catch(() => undefined);
  }
}

const PATIENCE = 5_000;

const idle = (): Promise<void> =>
  new Promise((done) => {
    if ("requestIdleCallback" in window) requestIdleCallback(() => done(), { timeout: PATIENCE });
    else setTimeout(done, 200);
  });
