/// What stands beside the list before a room is chosen.

import { href } from "../router";
import { home } from "../store/state";
import { t } from "../texts";
import { ButtonLink, EmptyState, useTitle } from "../ui";

export function Welcome() {
  useTitle("");
  const here = home.value;
  if (here.state !== "ready") return null;
  const browse = here.may.includes("directory") ? <ButtonLink href={href("rooms")}>{t("rooms.browse")}</ButtonLink> : null;
  return (
    <main class="welcome">
      <EmptyState title={t("rooms.choose.title", { name: here.me.name.split(" ")[0] ?? "" })} action={browse}>
        {t("rooms.choose.body")}
      </EmptyState>
    </main>
  );
}
