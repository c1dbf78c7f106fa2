/// The beginning of a community: four short questions, one after the other, then an invitation to hand on.
/// The step stands in the address, so that the browser's back button goes a step back; what was typed stays here.

import { useState } from "preact/hooks";
import { api } from "../net/api";
import { ApiError } from "../net/error";
import { href, place } from "../router";
import { session } from "../session";
import { t, type Key } from "../texts";
import { Button, ButtonLink, Form } from "../ui";
import type { SetUpDone } from "../wire/accounts";
import { Broken } from "./broken";
import { Entrance } from "./entrance";
import { any, fieldProblem, type Problems } from "./problems";
import { Refused } from "./refused";
import { Invite } from "./set_up_done";
import { bodyOf, EMPTY, FIELDS, problemsOf, STEPS, type Given, type Step } from "./set_up_given";
import { CommunityStep, PeopleStep, RoomStep, YouStep } from "./set_up_steps";
import { focusProblem, useDoing } from "./use";

const WORDS: Record<Step, { title: Key; lead: Key }> = {
  community: { title: "setup.community.title", lead: "setup.community.lead" },
  people: { title: "setup.people.title", lead: "setup.people.lead" },
  you: { title: "setup.you.title", lead: "setup.you.lead" },
  room: { title: "setup.room.title", lead: "setup.room.lead" },
};

const FIELDS_OF = { community: CommunityStep, people: PeopleStep, you: YouStep, room: RoomStep };

export function SetUpScreen({ token, step: wanted }: { token: string; step: string }) {
  const [given, setGiven] = useState<Given>(EMPTY);
  const [problems, setProblems] = useState<Problems>({});
  const [done, setDone] = useState<SetUpDone | null>(null);
  const doing = useDoing();
  const now = session.value;
  if (done) return <Invite done={done} community={given.community} />;
  if (now.state === "known" && now.set_up) return <Broken kind="link" error={new ApiError("link_invalid", "")} retry={() => undefined} />;

  const step = reached(given, wanted);
  const at = STEPS.indexOf(step);
  const refused = fieldProblem(doing.error, FIELDS[step]);
  const base = place.value.slice(0, 2);
  const change = (next: Partial<Given>) => {
    const after = { ...given, ...next };
    setGiven(after);
    doing.fail(undefined);
    if (any(problems)) setProblems(mended(problems, problemsOf(step, after)));
  };
  const finish = () => doing.run(async () => setDone(await begin(token, given, base)));
  const submit = async () => {
    const found = problemsOf(step, given);
    setProblems(found);
    if (any(found)) return focusProblem();
    const next = STEPS[at + 1];
    if (next) location.hash = href(...base, next);
    else await finish();
  };
  const Fields = FIELDS_OF[step];
  return (
    <Entrance
      title={t(WORDS[step].title)}
      place={given.community.trim() || t("app.name")}
      step={step}
      lead={<p>{t(WORDS[step].lead)}</p>}
    >
      <Form onSubmit={() => void submit()}>
        <Fields given={given} onInput={change} problems={{ ...problems, ...refused }} />
        {!refused && <Refused error={doing.error} />}
        <div class="form-actions">
          <Button type="submit" kind="primary" busy={doing.busy}>
            {t(at === STEPS.length - 1 ? "setup.finish" : "setup.next")}
          </Button>
          {at > 0 && (
            <ButtonLink kind="quiet" href={href(...base, STEPS[at - 1] ?? "")}>
              {t("common.back")}
            </ButtonLink>
          )}
        </div>
        <Progress at={at} />
      </Form>
    </Entrance>
  );
}

/** A refusal is about a field, perhaps of an earlier step: there it is shown. */
async function begin(token: string, given: Given, base: string[]): Promise<SetUpDone> {
  try {
    return await api.post<SetUpDone>("/set-up", bodyOf(token, given));
  } catch (error) {
    const home = STEPS.find((one) => fieldProblem(error, FIELDS[one]));
    if (home) location.hash = href(...base, home);
    throw error;
  }
}

function Progress({ at }: { at: number }) {
  return (
    <div class="progress">
      <span class="progress-marks" aria-hidden="true">
        {STEPS.map((one, i) => (
          <span key={one} class={i <= at ? "progress-mark progress-past" : "progress-mark"} />
        ))}
      </span>
      <span class="entrance-steps">{t("setup.step", { at: at + 1, of: STEPS.length })}</span>
    </div>
  );
}

/** The step asked for, unless one before it is not answered yet (after a reload, say). */
function reached(given: Given, wanted: string): Step {
  const to = Math.max(0, STEPS.indexOf(wanted as Step));
  const open = STEPS.findIndex((one) => any(problemsOf(one, given)));
  const at = open < 0 ? to : Math.min(to, open);
  return STEPS[at] ?? "community";
}

/** Problems go as they are mended; none comes while somebody is still typing. */
function mended(before: Problems, now: Problems): Problems {
  return Object.fromEntries(Object.keys(before).map((field) => [field, now[field]]).filter(([, text]) => text));
}

