/// Sign-in slips: on the screen to look at, on paper to cut apart. They are shown once.

import { useState } from "preact/hooks";
import { OnlyHere, Qr } from "../account/share";
import { Sheet } from "../account/sheet";
import { dayOf } from "../account/when";
import { t } from "../texts";
import { Button, Confirm, Notice } from "../ui";
import type { Slip } from "../wire/accounts";

interface Props {
  slips: Slip[];
  community: string;
  onDone: () => void;
}

export function SlipsMade({ slips, community, onDone }: Props) {
  const [asking, ask] = useState(false);
  const list = <Slips slips={slips} community={community} />;
  return (
    <>
      <Notice kind="good">
        <strong>{t("slips.made", { count: slips.length })}</strong> {t("slips.once")}
      </Notice>
      <OnlyHere url={slips[0]?.url ?? ""} />
      <div class="form-actions">
        <Button kind="primary" onClick={() => print()}>
          {t("slips.print")}
        </Button>
        <Button onClick={() => ask(true)}>{t("common.done")}</Button>
      </div>
      {list}
      <Sheet>{list}</Sheet>
      {asking && (
        <Confirm
          title={t("slips.sure")}
          action={t("slips.sure.action")}
          onClose={() => ask(false)}
          onConfirm={() => Promise.resolve(onDone())}
        >
          <p>{t("slips.sure.body")}</p>
        </Confirm>
      )}
    </>
  );
}

function Slips({ slips, community }: { slips: Slip[]; community: string }) {
  return (
    <ul class="slips" aria-label={t("slips.list")}>
      {slips.map((slip) => (
        <li key={slip.username} class="slip">
          <Qr svg={slip.qr} label={t("slips.qr", { name: slip.name })} />
          <div class="slip-text">
            <p class="slip-community">{community}</p>
            <p class="slip-name">{slip.name}</p>
            <p>
              {t("person.username")}: <strong>{slip.username}</strong>
            </p>
            <p class="slip-url">{slip.url}</p>
            <p class="slip-small">{t("slips.until", { day: dayOf(slip.expires_at) })}</p>
          </div>
        </li>
      ))}
    </ul>
  );
}
