/// HTTP to our own server: accounts, links, anything before there is a socket.
/// Answers are parsed JSON; refusals are thrown as ApiError. Knows no screen and no store.

import { ApiError, offline } from "./error";

const BASE = "/api/v1";

async function call<T>(method: string, path: string, body?: unknown, key?: string): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (key !== undefined) headers["Idempotency-Key"] = key;
  let response: Response;
  try {
    response = await fetch(BASE + path, {
      method,
      headers,
      credentials: "same-origin",
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch {
    throw offline();
  }
  const data = await readJson(response);
  if (response.ok) return data as T;
  throw refusal(response, data);
}

async function readJson(response: Response): Promise<unknown> {
  const text = await response.text();
  if (!text) return {};
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return {};
  }
}

function refusal(response: Response, data: unknown): ApiError {
  const problem = (data ?? {}) as { code?: string; message?: string; detail?: string; params?: Record<string, unknown> };
  const after = Number(response.headers.get("Retry-After") ?? Number.NaN);
  return new ApiError(
    problem.code ?? (response.status >= 500 ? "busy" : "unexpected"),
    problem.message ?? problem.detail ?? "",
    problem.params ?? {},
    Number.isFinite(after) ? after : undefined,
    response.status,
  );
}

/** `path` begins with a slash and stands under /api/v1. */
export const api = {
  get: <T>(path: string) => call<T>("GET", path),
  post: <T>(path: string, body: unknown = {}, key?: string) => call<T>("POST", path, body, key),
  put: <T>(path: string, body: unknown = {}) => call<T>("PUT", path, body),
  patch: <T>(path: string, body: unknown = {}) => call<T>("PATCH", path, body),
  delete: <T>(path: string, body?: unknown) => call<T>("DELETE", path, body),
};
