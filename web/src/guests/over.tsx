/// What a guest sees when their visit has ended, however it ended, and whenever they look again.

import { departure } from "../account/departure";
import { Entrance } from "../account/entrance";
import { t } from "../texts";

export function VisitOver({ forgotten }: { forgotten: boolean }) {
  return (
    <Entrance
      title={t("visit.over.title")}
      step="over"
      lead={<p>{t(forgotten ? "visit.over.forgotten" : "visit.over.body")}</p>}
      foot={
        <p>
          {t("visit.over.known")}{" "}
          <button type="button" class="text-button" onClick={() => (departure.value = null)}>
            {t("signin.submit")}
          </button>
        </p>
      }
    />
  );
}
