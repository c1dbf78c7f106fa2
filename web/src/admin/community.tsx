/// The community's own settings: what it is called, who comes in and how, who may talk in private.

import { useState } from "preact/hooks";
import { COMMUNITY_NAME } from "../account/limits";
import { any, checked, fieldProblem, type Problems } from "../account/problems";
import { Refused } from "../account/refused";
import { focusProblem, useDoing } from "../account/use";
import { LanguageField, ZoneField } from "../account/zone_field";
import { api } from "../net/api";
import { reloadOverview } from "../store/client";
import { refreshSession } from "../session";
import { t } from "../texts";
import { Button, ChoiceField, Field, Form, Notice, remark } from "../ui";
import type { Community } from "../wire/views";
import { changes } from "./changes";

const FIELDS = ["name", "language", "time_zone"];

export function CommunitySettings({ community }: { community: Community }) {
  const [given, setGiven] = useState(community);
  const [problems, setProblems] = useState<Problems>({});
  const doing = useDoing();
  const set = (change: Partial<Community>) => setGiven({ ...given, ...change });
  const refused = fieldProblem(doing.error, FIELDS);
  const shown = { ...problems, ...refused };
  const submit = async () => {
    const after = { ...given, name: given.name.trim() };
    const found = checked({ name: after.name }, { name: { min: 1, max: COMMUNITY_NAME } });
    setProblems(found);
    if (any(found)) return focusProblem();
    await doing.run(async () => {
      await api.patch("/community", changes(community, after));
      await Promise.all([reloadOverview(), refreshSession()]);
      remark(t("account.saved"), "good");
    });
  };
  return (
    <Form onSubmit={() => void submit()}>
      <Field label={t("community.name")} autocomplete="off" maxLength={COMMUNITY_NAME} value={given.name} onInput={(name) => set({ name })} error={shown.name} />
      <div class="pair">
        <LanguageField value={given.language} onInput={(language) => set({ language })} error={shown.language} />
        <ZoneField value={given.time_zone} onInput={(time_zone) => set({ time_zone })} error={shown.time_zone} />
      </div>
      <Rules given={given} onInput={set} />
      {!refused && <Refused error={doing.error} />}
      <div class="form-actions">
        <Button type="submit" kind="primary" busy={doing.busy}>
          {t("common.save")}
        </Button>
      </div>
    </Form>
  );
}

interface RulesProps {
  given: Community;
  onInput: (change: Partial<Community>) => void;
}

/** Who comes in and how, who opens rooms, who talks in private. */
function Rules({ given, onInput }: RulesProps) {
  const minors = (answer: "yes" | "no") => {
    // As the server would: with children about, private talk is not left alone unless somebody says so.
    const guard = answer === "yes" && given.direct_rooms === "everyone";
    onInput({ minors: answer === "yes", ...(guard ? { direct_rooms: "with_facilitators" as const } : {}) });
  };
  return (
    <>
      <ChoiceField
        legend={t("community.sign_up")}
        value={given.sign_up}
        onInput={(sign_up) => onInput({ sign_up })}
        options={[
          { value: "invitation", label: t("community.sign_up.invitation"), hint: t("community.sign_up.invitation.hint") },
          { value: "approval", label: t("community.sign_up.approval"), hint: t("community.sign_up.approval.hint") },
        ]}
      />
      <ChoiceField
        legend={t("community.who_opens_rooms")}
        value={given.who_opens_rooms}
        onInput={(who_opens_rooms) => onInput({ who_opens_rooms })}
        options={[
          { value: "everyone", label: t("community.who.everyone"), hint: t("community.who.everyone.hint") },
          { value: "admins", label: t("community.who.admins"), hint: t("community.who.admins.hint") },
        ]}
      />
      <ChoiceField
        legend={t("community.minors")}
        value={given.minors ? "yes" : "no"}
        onInput={minors}
        options={[
          { value: "yes", label: t("setup.minors.yes") },
          { value: "no", label: t("setup.minors.no") },
        ]}
      />
      <ChoiceField
        legend={t("community.direct")}
        value={given.direct_rooms}
        onInput={(direct_rooms) => onInput({ direct_rooms })}
        options={[
          { value: "everyone", label: t("community.direct.everyone") },
          { value: "with_facilitators", label: t("community.direct.with_facilitators"), hint: t("community.direct.with_facilitators.hint") },
          { value: "nobody", label: t("community.direct.nobody"), hint: t("community.direct.nobody.hint") },
        ]}
      />
      {given.minors && given.direct_rooms === "everyone" && <Notice kind="warn">{t("community.direct.warn")}</Notice>}
    </>
  );
}
