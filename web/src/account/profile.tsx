/// How one appears to others: name, pronouns, a few words, the time zone; and the picture made of the name.

import { useState } from "preact/hooks";
import { api } from "../net/api";
import { reloadOverview } from "../store/client";
import { t } from "../texts";
import { AreaField, Avatar, Button, Field, Form, remark } from "../ui";
import type { Person } from "../wire/views";
import { BIO, DISPLAY_NAME, PRONOUNS } from "./limits";
import { any, checked, fieldProblem, type Problems } from "./problems";
import { Refused } from "./refused";
import { focusProblem, useDoing } from "./use";
import { ZoneField } from "./zone_field";

const RULES = { name: { min: 1, max: DISPLAY_NAME }, pronouns: { max: PRONOUNS }, bio: { max: BIO } };

type Card = Pick<Person, "name" | "pronouns" | "bio" | "time_zone">;

export function Profile({ me }: { me: Person }) {
  const [card, setCard] = useState<Card>({ name: me.name, pronouns: me.pronouns, bio: me.bio, time_zone: me.time_zone });
  const [problems, setProblems] = useState<Problems>({});
  const doing = useDoing();
  const set = (change: Partial<Card>) => setCard({ ...card, ...change });
  const refused = fieldProblem(doing.error, [...Object.keys(RULES), "time_zone"]);
  const shown = { ...problems, ...refused };
  const submit = async () => {
    const found = checked({ ...card }, RULES);
    setProblems(found);
    if (any(found)) return focusProblem();
    await doing.run(async () => {
      await api.patch("/me", card);
      await reloadOverview();
      remark(t("account.saved"), "good");
    });
  };
  return (
    <>
      <Preview me={me} card={card} />
      <Form onSubmit={() => void submit()}>
        <Field label={t("person.name")} hint={t("profile.avatar")} name="name" autocomplete="name" maxLength={DISPLAY_NAME} value={card.name} onInput={(name) => set({ name })} error={shown.name} />
        <Field
          label={t("profile.pronouns")}
          placeholder={t("profile.pronouns.example")}
          optional
          autocomplete="off"
          maxLength={PRONOUNS}
          value={card.pronouns}
          onInput={(pronouns) => set({ pronouns })}
          error={shown.pronouns}
        />
        <AreaField
          label={t("profile.bio")}
          hint={card.bio.length > BIO - 60 ? t("common.left", { count: BIO - card.bio.length }) : t("profile.bio.hint")}
          optional
          maxLength={BIO}
          value={card.bio}
          onInput={(bio) => set({ bio })}
          error={shown.bio}
        />
        <ZoneField
          label={t("profile.time_zone")}
          none={t("profile.time_zone.none")}
          value={card.time_zone}
          onInput={(time_zone) => set({ time_zone })}
          error={shown.time_zone}
        />
        {!refused && <Refused error={doing.error} />}
        <div class="form-actions">
          <Button type="submit" kind="primary" busy={doing.busy}>
            {t("common.save")}
          </Button>
        </div>
      </Form>
    </>
  );
}

/** How others will see it. */
function Preview({ me, card }: { me: Person; card: Card }) {
  return (
    <div class="preview">
      <Avatar id={me.id} name={card.name || "?"} size="l" />
      <div class="line-text">
        <p class="preview-name">
          {card.name || " "} {card.pronouns && <span class="preview-pronouns">{card.pronouns}</span>}
        </p>
        <p class="line-small">
          @{me.username} · {t(`role.${me.role}`)}
        </p>
        {card.bio && <p class="preview-bio">{card.bio}</p>}
      </div>
    </div>
  );
}
