/// What waits for those who run the community: reports about facilitators and private talk, and the rules for every room.

import { useEffect } from "preact/hooks";
import { useFetch } from "../account/use";
import { ReportList } from "../desk/reports";
import { RuleList } from "../desk/rule_list";
import "../desk/desk.css";
import { ask } from "../store/ask";
import { adminsMoved, learn } from "../store/state";
import { t } from "../texts";
import { FailedState, Loading } from "../ui";
import type { AdminSnapshot } from "../wire/views";

/** The desk of the community, anew whenever its stream has moved. */
function useDesk() {
  const moved = adminsMoved.value;
  const fetching = useFetch("admins", async (): Promise<AdminSnapshot> => {
    const { result } = await ask("admins.desk", {});
    learn(result.people);
    return result;
  });
  useEffect(() => {
    if (moved > 0) fetching.again();
  }, [moved]);
  return fetching;
}

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
