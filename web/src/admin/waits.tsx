/// For owners and admins, wherever they are: that a room has no facilitator, that somebody suspended asks to be heard.

import { href } from "../router";
import { home } from "../store/state";
import { t } from "../texts";
import { ButtonLink } from "../ui";
import { useDesk } from "./desk";

export function AdminWaits() {
  const here = home.value;
  return here.state === "ready" && here.may.includes("watch_admins") ? <Waits /> : null;
}

function Waits() {
  const { now } = useDesk();
  const { unled = [], appeals = 0 } = now.state === "ready" ? now.value : {};
  return (
    <div class="line" role="status" data-unled={unled.length} data-appeals={appeals}>
      {unled.length > 0 && (
        <div class="line-words line-calm">
          <p>{t("unled.notice", { count: unled.length })}</p>
          <ButtonLink kind="quiet" href={href("people", "unled")}>{t("unled.notice.look")}</ButtonLink>
        </div>
      )}
      {appeals > 0 && (
        <div class="line-words line-calm">
          <p>{t("appeals.notice", { count: appeals })}</p>
          <ButtonLink kind="quiet" href={href("people")}>{t("appeals.notice.look")}</ButtonLink>
        </div>
      )}
    </div>
  );
}
