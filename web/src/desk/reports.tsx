/// Reports, as those see them who look at them: what was seen, who said what of it; taken, and settled with an answer.

import { useState } from "preact/hooks";
import { Body } from "../markup/body";
import { href } from "../router";
import { shortly } from "../room/times";
import { attempt } from "../store/actions";
import { ask } from "../store/ask";
import { nameOf } from "../store/names";
import { myId, people } from "../store/state";
import { t } from "../texts";
import { AreaField, Avatar, Button, ChoiceField, Confirm, EmptyState, Section, remark } from "../ui";
import type { Outcome, Report } from "../wire/views";

interface ReportsProps {
  reports: Report[];
  /** Names of rooms, where reports come from several. */
  rooms?: Record<string, string>;
  /** Called after something was done; the list comes anew by itself. */
  changed?: () => void;
}

export function ReportList({ reports, rooms, changed = () => undefined }: ReportsProps) {
  const [resolving, resolve] = useState<Report | null>(null);
  const open = reports.filter((one) => one.state === "open");
  const settled = reports.filter((one) => one.state === "resolved");
  const assign = async (report: Report, who: "me" | "nobody") => {
    if (await attempt(ask("report.assign", { report: report.id, who }))) changed();
  };
  return (
    <>
      {open.length === 0 && <EmptyState title={t("reports.none")}>{t("reports.none.body")}</EmptyState>}
      {open.length > 0 && (
        <Section title={t("reports.open", { count: open.length })}>
          <ul class="desk-list">
            {open.map((one) => (
              <li key={one.id} class="desk-item" data-report={one.id}>
                <What report={one} rooms={rooms} />
                <div class="form-actions">
                  {one.assigned_to === myId() ? (
                    <Button kind="quiet" onClick={() => void assign(one, "nobody")}>{t("reports.leave")}</Button>
                  ) : (
                    <Button onClick={() => void assign(one, "me")}>{t("reports.take")}</Button>
                  )}
                  <Button kind="primary" onClick={() => resolve(one)}>{t("reports.resolve")}</Button>
                </div>
              </li>
            ))}
          </ul>
        </Section>
      )}
      {settled.length > 0 && (
        <details class="desk-declined">
          <summary>{t("reports.settled", { count: settled.length })}</summary>
          <p class="prose">{t("reports.settled.body")}</p>
          <ul class="desk-list">
            {settled.map((one) => (
              <li key={one.id} class="desk-item">
                <What report={one} rooms={rooms} />
              </li>
            ))}
          </ul>
        </details>
      )}
      {resolving && <Resolve report={resolving} done={changed} onClose={() => resolve(null)} />}
    </>
  );
}

/** As it stands in these lists: mentions are names, nobody is addressed. */
const MENTIONED = { label: (id: string) => nameOf(people.peek(), id), mine: () => false };

function What({ report, rooms }: { report: Report; rooms: Record<string, string> | undefined }) {
  const known = people.value;
  const about = report.person ? nameOf(known, report.person) : t("reports.talk");
  const { room, message } = report;
  return (
    <>
      <header class="desk-by">
        {report.person && <Avatar id={report.person} name={about} size="s" />}
        <span class="line-title">{t(`reports.about.${report.about}`, { name: about })}</span>
        <span class="line-small">
          {shortly(report.at, Date.now())}
          {room && rooms?.[room] && ` · ${rooms[room]}`}
          {report.assigned_to && ` · ${t("reports.assigned", { name: report.assigned_to === myId() ? t("common.you") : nameOf(known, report.assigned_to) })}`}
        </span>
      </header>
      {report.evidence.map((one) => (
        <div key={one.message} class="desk-text">
          {report.about === "direct" && <p class="line-small">{nameOf(known, one.author)}, {shortly(one.at, Date.now())}</p>}
          <Body text={one.body} mentioned={MENTIONED} />
        </div>
      ))}
      <ul class="reports-by">
        {report.by.map((one) => (
          <li key={one.person ?? "rule"}>
            {one.person === null
              ? t("reports.by.rule", { note: one.note })
              : t(one.note ? "reports.by.note" : "reports.by", {
                  name: nameOf(known, one.person), category: t(`report.category.${one.category === "rule" ? "other" : one.category}`), note: one.note,
                })}
          </li>
        ))}
      </ul>
      {message && room && report.about === "message" && !rooms && report.state === "open" && <ShowMessage message={message} />}
      {report.outcome && (
        <p class="desk-why">
          {t("reports.resolved", { outcome: t(`reports.outcome.${report.outcome}`), name: report.resolved_by ? nameOf(known, report.resolved_by) : "" })}{" "}
          {report.answer}
        </p>
      )}
    </>
  );
}

/** Led there by its id: where it stands now may be elsewhere than when it was reported. */
function ShowMessage({ message }: { message: string }) {
  const show = async () => {
    const { result } = await ask("message.get", { message });
    const [found] = result.messages;
    if (found) location.hash = found.thread ? href("r", found.room, "t", found.thread, found.no) : href("r", found.room, found.no);
  };
  return (
    <p>
      <Button kind="quiet" onClick={() => void attempt(show())}>{t("reports.show")}</Button>
    </p>
  );
}

const OUTCOMES: Outcome[] = ["nothing", "talked", "removed", "sanctioned"];

function Resolve({ report, done, onClose }: { report: Report; done: () => void; onClose: () => void }) {
  const [outcome, setOutcome] = useState<Outcome>("talked");
  const [answer, setAnswer] = useState("");
  const human = report.by.some((one) => one.person !== null);
  const submit = async () => {
    await ask("report.resolve", { report: report.id, outcome, ...(answer.trim() ? { answer: answer.trim() } : {}) });
    remark(t(human ? "reports.done" : "reports.done.rule"), "good");
    done();
  };
  return (
    <Confirm title={t("reports.resolve.title")} action={t("reports.resolve")} onConfirm={submit} onClose={onClose}>
      <ChoiceField
        legend={t("reports.outcome")}
        value={outcome}
        onInput={setOutcome}
        options={OUTCOMES.map((one) => ({ value: one, label: t(`reports.outcome.${one}`) }))}
      />
      {human && (
        <AreaField label={t("reports.answer")} hint={t("reports.answer.hint")} optional value={answer} onInput={setAnswer} rows={3} maxLength={1000} />
      )}
    </Confirm>
  );
}
