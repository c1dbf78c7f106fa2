/// An invitation to hand over: scan it, copy it, print it for the wall.

import { CopyLine, OnlyHere, Qr } from "../account/share";
import { Poster } from "../account/sheet";
import { dayOf } from "../account/when";
import { t } from "../texts";
import { Button, Dialog } from "../ui";
import type { Invitation } from "../wire/accounts";

interface Props {
  invitation: Invitation;
  community: string;
  onClose: () => void;
}

export function ShareDialog({ invitation, community, onClose }: Props) {
  const { url, qr, room, max_uses: most, uses, expires_at } = invitation;
  const name = room?.name ?? community;
  const terms = t("share.terms", { count: most - uses, day: dayOf(expires_at) });
  return (
    <Dialog
      wide
      title={t("share.title", { name })}
      onClose={onClose}
      actions={
        <>
          <Button onClick={() => print()}>{t("share.print")}</Button>
          <Button kind="primary" onClick={onClose}>
            {t("common.done")}
          </Button>
        </>
      }
    >
      <div class="share">
        <Qr svg={qr} label={t("share.qr")} />
        <div class="share-text">
          <p>{t("share.how")}</p>
          <CopyLine value={url} label={t("share.link")} />
          <p class="share-small">{terms}</p>
        </div>
      </div>
      <OnlyHere url={url} />
      <Poster community={community} title={t("poster.title", { name })} lines={[terms]} url={url} qr={qr} />
    </Dialog>
  );
}
