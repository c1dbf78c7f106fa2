/// One command of a bot, as it is added or changed: its name, what may follow, what it does, and perhaps an address of its own.

import { useState } from "preact/hooks";
import { any, type Problems } from "../account/problems";
import { Refused } from "../account/refused";
import { focusProblem, useDoing } from "../account/use";
import { ApiError } from "../net/error";
import { t } from "../texts";
import { Button, Dialog, Field } from "../ui";
import type { OwnSlash } from "../wire/bots";
import { why } from "./why";

const NAME = /^[a-z0-9][a-z0-9_-]*$/;
const NAME_LENGTH = 32;
const HINT = 80;
const HELP = 200;
const ADDRESS = /^https?:\/\/[^\s/]\S*$/;
const ADDRESS_LENGTH = 2000;

interface Props {
  /** Undefined: a new one. */
  command: OwnSlash | undefined;
  /** Those that are offered beside it, and it. */
  all: OwnSlash[];
  onClose: () => void;
  onSave: (commands: OwnSlash[]) => Promise<void>;
}

export function EditCommand({ command, all, onClose, onSave }: Props) {
  const [given, setGiven] = useState<OwnSlash>(command ?? { name: "", hint: "", help: "", url: "" });
  const [problems, setProblems] = useState<Problems>({});
  const doing = useDoing();
  const set = (change: Partial<OwnSlash>) => setGiven({ ...given, ...change });
  const refused = aboutAddress(doing.error);
  const submit = async () => {
    const one = {
      name: given.name.trim().replace(/^\//, "").toLowerCase(), hint: given.hint.trim(), help: given.help.trim(), url: given.url.trim(),
    };
    const others = all.filter((other) => other.name !== command?.name);
    const found: Problems = {};
    if (one.name === "") found.name = t("common.required");
    else if (!NAME.test(one.name)) found.name = t("bots.command.name.wrong");
    else if (others.some((other) => other.name === one.name)) found.name = t("bots.command.name.twice");
    if (one.url !== "" && !ADDRESS.test(one.url)) found.url = t("bots.command.url.wrong");
    setProblems(found);
    if (any(found)) return focusProblem();
    const after = command ? all.map((other) => (other.name === command.name ? one : other)) : [...all, one];
    await doing.run(() => onSave(after));
  };
  return (
    <Dialog
      title={command ? t("bots.commands.change", { name: command.name }) : t("bots.commands.add")}
      onClose={onClose}
      onSubmit={() => void submit()}
      actions={
        <>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button type="submit" kind="primary" busy={doing.busy}>{t("common.save")}</Button>
        </>
      }
    >
      <Field
        label={t("bots.command.name")}
        hint={t("bots.command.name.hint")}
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        maxLength={NAME_LENGTH + 1}
        value={given.name}
        onInput={(name) => set({ name })}
        error={problems.name}
      />
      <Field label={t("bots.command.usage")} hint={t("bots.command.usage.hint")} optional autocomplete="off" maxLength={HINT} value={given.hint} onInput={(hint) => set({ hint })} />
      <Field label={t("bots.command.help")} hint={t("bots.command.help.hint")} optional autocomplete="off" maxLength={HELP} value={given.help} onInput={(help) => set({ help })} />
      <Field
        label={t("bots.command.url")}
        hint={t("bots.command.url.hint")}
        optional
        inputMode="url"
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        placeholder="https://"
        maxLength={ADDRESS_LENGTH}
        value={given.url}
        onInput={(url) => set({ url })}
        error={problems.url ?? refused}
      />
      {refused === undefined && <Refused error={doing.error} />}
    </Dialog>
  );
}

/** What the server says of the address, in words that help; undefined for all else. */
function aboutAddress(error: unknown): string | undefined {
  if (!(error instanceof ApiError) || error.params.field !== "url") return undefined;
  if (error.code !== "url_not_verified") return t("bots.command.url.wrong");
  return t("bots.out.refused", { why: why(String(error.params.why ?? "")) });
}
