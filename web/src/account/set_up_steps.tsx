/// The fields of each step of set-up.

import { t } from "../texts";
import { AreaField, ChoiceField, Field, Notice } from "../ui";
import { COMMUNITY_NAME, PURPOSE, ROOM_NAME } from "./limits";
import { NOBODY, NewcomerFields } from "./newcomer";
import type { Problems } from "./problems";
import type { Given } from "./set_up_given";
import { LanguageField, ZoneField } from "./zone_field";

interface StepProps {
  given: Given;
  onInput: (change: Partial<Given>) => void;
  problems: Problems;
}

export function CommunityStep({ given, onInput, problems }: StepProps) {
  return (
    <>
      <Field
        label={t("community.name")}
        placeholder={t("setup.community.example")}
        autocomplete="off"
        autocapitalize="words"
        maxLength={COMMUNITY_NAME}
        value={given.community}
        onInput={(community) => onInput({ community })}
        error={problems.community}
      />
      <LanguageField value={given.language} onInput={(language) => onInput({ language })} error={problems.language} />
      <ZoneField value={given.time_zone} onInput={(time_zone) => onInput({ time_zone })} error={problems.time_zone} />
    </>
  );
}

export function PeopleStep({ given, onInput, problems }: StepProps) {
  return (
    <>
      <div class="field">
        <ChoiceField
          legend={t("community.minors")}
          value={given.minors}
          onInput={(minors) => onInput({ minors })}
          options={[
            { value: "yes", label: t("setup.minors.yes") },
            { value: "no", label: t("setup.minors.no") },
          ]}
        />
        {problems.minors && (
          <p class="field-error" role="alert">
            {problems.minors}
          </p>
        )}
      </div>
      {given.minors === "yes" && <Notice>{t("setup.minors.follows")}</Notice>}
      {given.minors === "no" && <Notice>{t("setup.minors.open")}</Notice>}
      <ChoiceField
        legend={t("community.who_opens_rooms")}
        value={given.who_opens_rooms}
        onInput={(who_opens_rooms) => onInput({ who_opens_rooms })}
        options={[
          { value: "everyone", label: t("community.who.everyone"), hint: t("community.who.everyone.hint") },
          { value: "admins", label: t("community.who.admins"), hint: t("community.who.admins.hint") },
        ]}
      />
    </>
  );
}

export function YouStep({ given, onInput, problems }: StepProps) {
  const { name, username, password } = given;
  return (
    <NewcomerFields
      given={{ ...NOBODY, name, username, password }}
      onInput={(next) => onInput({ name: next.name, username: next.username, password: next.password })}
      problems={problems}
    />
  );
}

export function RoomStep({ given, onInput, problems }: StepProps) {
  return (
    <>
      <Field
        label={t("setup.room.name")}
        autocomplete="off"
        autocapitalize="sentences"
        maxLength={ROOM_NAME}
        value={given.room}
        onInput={(room) => onInput({ room })}
        error={problems.room}
      />
      <AreaField
        label={t("setup.room.purpose")}
        hint={t("setup.room.purpose.hint")}
        optional
        rows={2}
        maxLength={PURPOSE}
        value={given.purpose}
        onInput={(purpose) => onInput({ purpose })}
        error={problems.purpose}
      />
    </>
  );
}
