/// What newcomers are told: how the greeting will look, and what facilitators add to it.

import { useEffect, useState } from "preact/hooks";
import { Body } from "../markup/body";
import { say } from "../net/error";
import { useRoom } from "../room/context";
import { Panel } from "../room/panel";
import type { OpenRoom } from "../store/state";
import { t } from "../texts";
import { AreaField, Button, Notice, remark } from "../ui";
import { askTool, toolState } from "./use";
import { NO_WELCOME, type Welcome } from "./welcome";

const WORDS = 1_000;

export function WelcomePanel({ open }: { open: OpenRoom }) {
  const room = useRoom();
  const { body } = toolState<Welcome>(open, "welcome", NO_WELCOME);
  const [text, setText] = useState(body ?? "");
  const [error, setError] = useState<unknown>();
  useEffect(() => setText(body ?? ""), [body]);
  const save = async () => {
    setError(undefined);
    try {
      await askTool(room.room.id, "welcome", { do: "tell", body: text });
      remark(t("welcome.saved"), "good");
    } catch (thrown) {
      setError(thrown);
    }
  };
  const { purpose } = open.snapshot.room;
  const shown = [t("welcome.example"), purpose && t("welcome.purpose", { purpose }), text.trim()].filter(Boolean).join("\n\n");
  return (
    <Panel room={room.room.id} title={t("welcome.title")}>
      <div class="margin-body tool">
        <p class="tool-lead">{t("welcome.lead")}</p>
        <blockquote class="welcome-shown">
          <Body text={shown} mentioned={room.mentioned} />
        </blockquote>
        {room.may.facilitate && (
          <form
            class="tool-form"
            onSubmit={(event) => {
              event.preventDefault();
              void save();
            }}
          >
            <AreaField label={t("welcome.body")} optional value={text} onInput={setText} rows={5} maxLength={WORDS} />
            {error !== undefined && <Notice kind="error">{say(error)}</Notice>}
            <Button type="submit" kind="primary" disabled={text.trim() === (body ?? "")}>{t("welcome.save")}</Button>
          </form>
        )}
      </div>
    </Panel>
  );
}
