/// What waits for those who run the community: reports about facilitators and private talk, and the rules for every room.

import { ReportList } from "../desk/reports";
import { RuleList } from "../desk/rule_list";
import { ask } from "../store/ask";
import { t } from "../texts";
import { FailedState, Loading } from "../ui";
import { useDesk } from "./desk";

export function CommunityReports() {
  const { now, again } = useDesk();
  if (now.state === "loading") return <Loading />;
  if (now.state === "failed") return <FailedState error={now.error} retry={again} />;
  return (
    <div class="desk">
      <p class="prose">{t("reports.community")}</p>
      <ReportList reports={now.value.reports} rooms={now.value.rooms} changed={again} />
    </div>
  );
}

export function CommunityRules() {
  const { now, again } = useDesk();
  if (now.state === "loading") return <Loading />;
  if (now.state === "failed") return <FailedState error={now.error} retry={again} />;
  return (
    <div class="desk">
      <p class="prose">{t("rules.community")}</p>
      <RuleList
        rules={now.value.moderation.rules}
        save={async (rules) => {
          await ask("community.rules", { rules });
          again();
        }}
        attempt={async (rule) => (await ask("moderation.try", { rule })).result}
      />
    </div>
  );
}
