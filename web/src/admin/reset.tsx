/// A link for somebody who forgot their password: made, shown, handed over.

import { useState } from "preact/hooks";
import { CopyLine, OnlyHere, Qr } from "../account/share";
import { Refused } from "../account/refused";
import { useDoing } from "../account/use";
import { distance } from "../account/when";
import { api } from "../net/api";
import { t } from "../texts";
import { Button, Dialog } from "../ui";
import type { LinkMade } from "../wire/accounts";
import type { Person } from "../wire/views";

export function ResetDialog({ person, onClose }: { person: Person; onClose: () => void }) {
  const [made, setMade] = useState<LinkMade | null>(null);
  const doing = useDoing();
  const make = () =>
    doing.run(async () => {
      setMade(await api.post<LinkMade>(`/people/${encodeURIComponent(person.id)}/reset-link`));
    });
  return (
    <Dialog
      title={t("keep.reset.of", { name: person.name })}
      onClose={onClose}
      actions={
        made ? (
          <Button kind="primary" onClick={onClose}>
            {t("common.done")}
          </Button>
        ) : (
          <>
            <Button onClick={onClose}>{t("common.cancel")}</Button>
            <Button kind="primary" busy={doing.busy} onClick={() => void make()}>
              {t("keep.reset.make")}
            </Button>
          </>
        )
      }
    >
      {made ? (
        <div class="share">
          <Qr svg={made.qr} label={t("share.qr.link")} />
          <div class="share-text">
            <p>{t("keep.reset.made", { when: distance(made.expires_at, Date.now()) })}</p>
            <CopyLine value={made.url} label={t("keep.reset.link")} />
            <OnlyHere url={made.url} />
          </div>
        </div>
      ) : (
        <>
          <p>{t("keep.reset.body", { name: person.name })}</p>
          <p class="prose">{t("keep.reset.noted")}</p>
        </>
      )}
      <Refused error={doing.error} />
    </Dialog>
  );
}
