/// Starting a conversation with one person or a few; if there is one already, that one is opened.

import { useState } from "preact/hooks";
import { say } from "../net/error";
import { go } from "../router";
import { ask } from "../store/ask";
import { reloadOverview } from "../store/client";
import { myId } from "../store/state";
import { t } from "../texts";
import { Button, Dialog, Notice } from "../ui";
import type { Person } from "../wire/views";
import { PickPeople } from "./pick";

/** Besides oneself (protocol/limits.py: DIRECT_PEOPLE_MAX is 9). */
const MOST = 8;

export function NewDirect({ onClose }: { onClose: () => void }) {
  const [chosen, choose] = useState<Person[]>([]);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const submit = async () => {
    if (chosen.length === 0 || busy) return;
    setBusy(true);
    try {
      const { result } = await ask("room.direct", { people: chosen.map((one) => one.id) });
      await reloadOverview();
      onClose();
      go("r", result.room);
    } catch (thrown) {
      setError(thrown);
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={t("direct.title")}
      onClose={onClose}
      onSubmit={() => void submit()}
      actions={
        <Button type="submit" kind="primary" busy={busy} disabled={chosen.length === 0}>
          {t("direct.submit")}
        </Button>
      }
    >
      <p>{t("direct.lead")}</p>
      <PickPeople chosen={chosen} onChange={choose} without={new Set([myId()])} most={MOST} />
      {error !== undefined && <Notice kind="error">{say(error)}</Notice>}
    </Dialog>
  );
}
