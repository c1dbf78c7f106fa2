/// Making a bot: a name, what it may, and then its secrets, told once, beside a program that runs.

import { useState } from "preact/hooks";
import { DISPLAY_NAME, USERNAME, USERNAME_MIN } from "../account/limits";
import { any, checked, fieldProblem, type Problems } from "../account/problems";
import { Refused } from "../account/refused";
import { CopyLine } from "../account/share";
import { focusProblem, useDoing } from "../account/use";
import { suggest } from "../account/username";
import { api } from "../net/api";
import { t } from "../texts";
import { Button, Dialog, Field, Notice } from "../ui";
import type { BotMade, BotScope } from "../wire/bots";
import { Scopes } from "./bounds";

const RULES = { name: { min: 1, max: DISPLAY_NAME }, username: { min: USERNAME_MIN, max: USERNAME } };

interface Props {
  /** The room it belongs to; null: the community. */
  room: string | null;
  onMade: (made: BotMade) => void;
  onClose: () => void;
}

export function MakeBot({ room, onMade, onClose }: Props) {
  const [name, setName] = useState("");
  const [username, setUsername] = useState("");
  const [own, setOwn] = useState(false);
  const [scopes, setScopes] = useState<ReadonlySet<BotScope>>(new Set<BotScope>(["read", "write"]));
  const [problems, setProblems] = useState<Problems>({});
  const doing = useDoing();
  const refused = fieldProblem(doing.error, Object.keys(RULES));
  const shown = { ...problems, ...refused };
  const submit = async () => {
    const found = checked({ name, username }, RULES);
    if (scopes.size === 0) found.scopes = t("bots.scopes.none");
    setProblems(found);
    if (any(found)) return focusProblem();
    await doing.run(async () => {
      const body = { name: name.trim(), username: username.trim(), scopes: [...scopes], ...(room ? { room } : {}) };
      onMade(await api.post<BotMade>("/bots", body));
    });
  };
  return (
    <Dialog
      title={t("bots.new")}
      onClose={onClose}
      onSubmit={() => void submit()}
      actions={
        <>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button type="submit" kind="primary" busy={doing.busy}>{t("bots.create")}</Button>
        </>
      }
    >
      <p>{t(room ? "bots.new.room" : "bots.lead")}</p>
      <Field
        label={t("person.name")}
        placeholder={t("bots.name.example")}
        autocomplete="off"
        maxLength={DISPLAY_NAME}
        value={name}
        onInput={(value) => {
          setName(value);
          if (!own) setUsername(suggest(value));
        }}
        error={shown.name}
      />
      <Field
        label={t("person.username")}
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        maxLength={USERNAME}
        value={username}
        onInput={(value) => {
          setOwn(value !== "");
          setUsername(value);
        }}
        error={shown.username}
      />
      <Scopes scopes={scopes} error={shown.scopes} onInput={setScopes} />
      {!refused && <Refused error={doing.error} />}
    </Dialog>
  );
}

/** A program that runs as it stands there; without a token it is started with `TERTULIA_TOKEN`. */
export const snippet = (url: string, token?: string): string => `from tertulia_bot import Bot, Incoming

bot = Bot()


@bot.command("hello", help="greets you")
async def hello(message: Incoming) -> None:
    await message.answer(f"Hello, {message.author.name}!")


bot.run("${url}"${token ? `, "${token}"` : ""})
`;

/** The only time these secrets are seen together; closed by its button only. */
export function BotSecrets({ made, onClose }: { made: BotMade; onClose: () => void }) {
  const [closing, close] = useState(false);
  const program = snippet(made.base_url, made.token);
  return (
    <Dialog
      wide
      title={t("bots.made", { name: made.person.name })}
      onClose={() => (closing ? onClose() : close(true))}
      actions={<Button kind="primary" onClick={onClose}>{t("secret.kept")}</Button>}
    >
      <p>{t("secret.once")}</p>
      <p class="field-label">{t("bots.base_url")}</p>
      <CopyLine value={made.base_url} label={t("bots.base_url")} />
      <p class="field-label">{t("bots.token.label")}</p>
      <CopyLine secret value={made.token} label={t("bots.token.label")} />
      <p class="field-label">{t("bots.signing")}</p>
      <CopyLine secret value={made.signing_secret} label={t("bots.signing")} />
      <p class="field-label">{t("bots.snippet")}</p>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- long lines are scrolled by keyboard */}
      <pre class="bot-snippet" tabIndex={0} aria-label={t("bots.snippet")}>{program}</pre>
      {closing && <Notice kind="warn">{t("secret.sure")}</Notice>}
    </Dialog>
  );
}
