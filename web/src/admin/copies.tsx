/// For those who run the community: what the server could not do at night so that deleted texts are gone from its file.

import { t } from "../texts";
import { Notice } from "../ui";
import { useDesk } from "./desk";

export function CopiesNotice() {
  const { now } = useDesk();
  if (now.state !== "ready" || !now.value.compact) return null;
  return <Notice kind="warn">{t(`copies.${now.value.compact}`)}</Notice>;
}
