/// Everybody, to find somebody: their roles, a link for who forgot a password. Above them, who waits to be let in.

import { useEffect, useState } from "preact/hooks";
import { api } from "../net/api";
import { say } from "../net/error";
import type { Home } from "../store/state";
import { Given } from "../sanctions/desk_people";
import { SuspendDialog } from "../sanctions/suspend";
import { t } from "../texts";
import { Avatar, Button, EmptyState, FailedState, Field, Loading, MenuButton, remark, type MenuItem } from "../ui";
import type { PeopleListing, Person } from "../wire/views";
import { ResetDialog } from "./reset";
import { RoleDialog } from "./role";
import { Waiting } from "./waiting";

type List = { state: "loading" } | { state: "failed"; error: unknown } | { state: "ready"; people: Person[]; next: string | null };

const PAGE = 50;
const PAUSE = 250;

const page = (q: string, after?: string): Promise<PeopleListing> =>
  api.get(`/directory/people?${new URLSearchParams({ q, limit: String(PAGE), ...(after ? { after } : {}) })}`);

export function PeopleScreen({ here }: { here: Home }) {
  const [q, setQ] = useState("");
  const [list, setList] = useState<List>({ state: "loading" });
  const [turn, setTurn] = useState(0);
  const [more, setMore] = useState(false);
  useEffect(() => {
    let current = true;
    const ask = () =>
      page(q.trim()).then(
        ({ people, next }) => current && setList({ state: "ready", people, next }),
        (error: unknown) => current && setList({ state: "failed", error }),
      );
    const timer = setTimeout(() => void ask(), q ? PAUSE : 0);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [q, turn]);
  const again = () => setTurn(turn + 1);
  const fetchMore = async () => {
    if (list.state !== "ready" || !list.next || more) return;
    setMore(true);
    try {
      const { people, next } = await page(q.trim(), list.next);
      setList({ state: "ready", people: [...list.people, ...people], next });
    } catch (error) {
      remark(say(error), "error");
    }
    setMore(false);
  };
  const changed = (person: Person) => {
    if (list.state !== "ready") return;
    setList({ ...list, people: list.people.map((one) => (one.id === person.id ? person : one)) });
  };
  return (
    <>
      {here.may.includes("person.approve") && <Waiting onApproved={again} />}
      {here.may.includes("person.suspend") && <Given room={null} />}
      <div class="people-find">
        <Field label={t("keep.find")} type="search" autocomplete="off" spellcheck={false} value={q} onInput={setQ} />
      </div>
      {list.state === "loading" && <Loading />}
      {list.state === "failed" && <FailedState error={list.error} retry={again} />}
      {list.state === "ready" && list.people.length === 0 && <EmptyState title={t("keep.nobody")}>{t("keep.nobody.body")}</EmptyState>}
      {list.state === "ready" && list.people.length > 0 && (
        <ul class="lines" aria-label={t("keep.people")}>
          {list.people.map((one) => (
            <PersonLine key={one.id} person={one} here={here} onChange={changed} />
          ))}
        </ul>
      )}
      {list.state === "ready" && list.next !== null && (
        <div class="form-actions">
          <Button busy={more} onClick={() => void fetchMore()}>
            {t("common.more")}
          </Button>
        </div>
      )}
    </>
  );
}

const runs = (person: Person): boolean => person.role === "owner" || person.role === "admin";

interface LineProps {
  person: Person;
  here: Home;
  onChange: (person: Person) => void;
}

function PersonLine({ person, here, onChange }: LineProps) {
  const [dialog, open] = useState<"role" | "reset" | "suspend" | null>(null);
  // Of owners and admins only owners decide.
  const above = runs(person) && here.me.role !== "owner";
  const items: MenuItem[] = [];
  if (person.role !== "bot" && !above && here.may.includes("person.role")) {
    items.push({ label: t("keep.role.change"), icon: "people", run: () => open("role") });
  }
  if (person.role !== "bot" && !above && here.may.includes("person.reset")) {
    items.push({ label: t("keep.reset"), icon: "link", run: () => open("reset") });
  }
  if (person.id !== here.me.id && person.role !== "owner" && !above && here.may.includes("person.suspend")) {
    items.push({ label: t("suspend.open"), icon: "lock", danger: true, run: () => open("suspend") });
  }
  const close = () => open(null);
  return (
    <li class="line-item person-line">
      <Avatar id={person.id} name={person.name} />
      <div class="line-text">
        <span class="line-title">
          {person.name} {person.id === here.me.id && <span class="line-small">({t("common.you")})</span>}
        </span>
        <span class="line-small">@{person.username}</span>
      </div>
      <span class={runs(person) ? "person-role person-runs" : "person-role"}>{t(`role.${person.role}`)}</span>
      {items.length > 0 ? (
        <MenuButton icon="more" label={t("keep.actions", { name: person.name })} items={items} />
      ) : (
        <span class="person-no-menu" />
      )}
      {dialog === "role" && <RoleDialog person={person} mine={here.me.role} onClose={close} onChange={onChange} />}
      {dialog === "suspend" && <SuspendDialog person={person} onClose={close} />}
      {dialog === "reset" && <ResetDialog person={person} onClose={close} />}
    </li>
  );
}
