/// The end of set-up: the room stands, and here is the way in for everybody else.

import { t } from "../texts";
import { Button } from "../ui";
import type { SetUpDone } from "../wire/accounts";
import { Entrance } from "./entrance";
import { enter } from "./join";
import { CopyLine, OnlyHere, Qr } from "./share";
import { Poster } from "./sheet";
import { Refused } from "./refused";
import { useDoing } from "./use";
import { dayOf } from "./when";

export function Invite({ done, community }: { done: SetUpDone; community: string }) {
  const { invitation, room } = done;
  const doing = useDoing();
  const name = invitation.room?.name ?? community;
  const terms = t("share.terms", { count: invitation.max_uses, day: dayOf(invitation.expires_at) });
  return (
    <Entrance title={t("setup.done.title")} place={community} step="done" lead={<p>{t("setup.done.lead")}</p>}>
      <div class="invite">
        <Qr svg={invitation.qr} label={t("share.qr")} />
        <CopyLine value={invitation.url} label={t("share.link")} />
        <p class="share-small">{terms}</p>
        <OnlyHere url={invitation.url} />
      </div>
      <Refused error={doing.error} />
      <div class="form-actions">
        <Button kind="primary" busy={doing.busy} onClick={() => void doing.run(() => enter(room))}>
          {t("setup.done.go")}
        </Button>
        <Button onClick={() => print()}>{t("share.print")}</Button>
      </div>
      <Poster community={community} title={t("poster.title", { name })} lines={[terms]} url={invitation.url} qr={invitation.qr} />
    </Entrance>
  );
}
