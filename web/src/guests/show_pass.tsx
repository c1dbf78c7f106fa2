/// A pass to hand over: the code to scan, the link to copy, a sheet for the wall.

import { CopyLine, OnlyHere, Qr } from "../account/share";
import { Poster } from "../account/sheet";
import { useFetch } from "../account/use";
import { api } from "../net/api";
import { untilWhen } from "../sanctions/when";
import { t } from "../texts";
import { Button, Dialog, FailedState, Loading } from "../ui";
import type { GuestPass } from "../wire/guests";
import { spanOf } from "./span";

interface Props {
  pass: GuestPass;
  room: string;
  community: string;
  onClose: () => void;
}

export function ShowPass({ pass, room, community, onClose }: Props) {
  const { now, again } = useFetch(pass.id, () => api.get<{ url: string; qr: string }>(`/passes/${encodeURIComponent(pass.id)}/link`));
  const terms = t("guests.share.terms", { count: pass.max_uses - pass.uses, until: untilWhen(pass.expires_at, Date.now()) });
  return (
    <Dialog
      wide
      title={t("guests.share.title", { name: room })}
      onClose={onClose}
      actions={
        <>
          <Button onClick={() => print()}>{t("share.print")}</Button>
          <Button kind="primary" onClick={onClose}>{t("common.done")}</Button>
        </>
      }
    >
      {now.state === "loading" && <Loading />}
      {now.state === "failed" && <FailedState error={now.error} retry={again} />}
      {now.state === "ready" && (
        <>
          <div class="share">
            <Qr svg={now.value.qr} label={t("guests.share.qr")} />
            <div class="share-text">
              <p>{t("guests.share.how")}</p>
              <CopyLine value={now.value.url} label={t("guests.share.link")} />
              <p class="share-small">{terms} {t("guests.pass", { span: spanOf(pass.lasts) })}.</p>
            </div>
          </div>
          <OnlyHere url={now.value.url} />
          <Poster community={community} title={t("guests.poster", { name: room })} lines={[t("guests.share.how"), terms]} url={now.value.url} qr={now.value.qr} />
        </>
      )}
    </Dialog>
  );
}
