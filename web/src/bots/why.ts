/// Why a bot could not be told, in words that help: by the few words that the server has for it.

import { knows, t } from "../texts";

export function why(reason: string, status: number | null = null): string {
  if (reason === "status" && status !== null) return t("bots.why.status_of", { status });
  const key = `bots.why.${reason}`;
  return knows(key) ? t(key) : reason;
}
