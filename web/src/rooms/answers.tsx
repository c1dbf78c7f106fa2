/// What came of one's own reports: a calm note above everything, until it is seen.

import { attempt } from "../store/actions";
import { ask } from "../store/ask";
import { answered } from "../store/state";
import { t } from "../texts";
import { Button } from "../ui";

export function Answers() {
  const [first] = answered.value;
  if (!first) return null;
  const seen = async () => {
    if (await attempt(ask("report.seen", { report: first.id }))) answered.value = answered.value.filter((one) => one.id !== first.id);
  };
  return (
    <div class="line-words" role="status" data-answer={first.id}>
      <p>
        {t("report.answered", { outcome: t(`report.answered.${first.outcome}`) })} {first.answer && t("report.answer", { answer: first.answer })}
      </p>
      <Button kind="quiet" onClick={() => void seen()}>{t("held.told")}</Button>
    </div>
  );
}
