/// A refusal, from HTTP or the socket alike. Screens branch on `code` and draw the text with `say`.

import { knows, t } from "../texts";

export class ApiError extends Error {
  readonly code: string;
  readonly params: Record<string, unknown>;
  /** Seconds, where the server named them. */
  readonly retryAfter: number | undefined;
  readonly status: number;

  constructor(code: string, message: string, params: Record<string, unknown> = {}, retryAfter?: number, status = 0) {
    super(message);
    this.name = "ApiError";
    this.code = code;
    this.params = params;
    this.retryAfter = retryAfter;
    this.status = status;
  }
}

/** No answer came: the network is away, or the server. Never made by the server itself. */
export const offline = (): ApiError => new ApiError("offline", "No connection.");

/** Codes that say nothing of what was asked, only of the moment. */
export const MOMENTARY: ReadonlySet<string> = new Set(["busy", "unavailable", "shutting_down", "rate_limited", "too_many_in_flight"]);

/** What to show for anything that was thrown: our text for its code, or else the server's own words. */
export function say(error: unknown): string {
  if (!(error instanceof ApiError)) return t("error.unexpected");
  const key = `error.${error.code}`;
  if (!knows(key)) return error.message || t("error.unexpected");
  const params: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(error.params)) {
    params[name] = typeof value === "number" ? value : String(value);
  }
  if (error.retryAfter !== undefined) params.retry_after = Math.max(1, Math.ceil(error.retryAfter));
  return t(key, params);
}
