/// A link or an invitation that does not work: every reason looks alike from here, so say what to do.

import { ApiError } from "../net/error";
import { href } from "../router";
import { session } from "../session";
import { t } from "../texts";
import { Button, ButtonLink } from "../ui";
import { Entrance } from "./entrance";
import { Refused } from "./refused";

interface BrokenProps {
  error: unknown;
  kind: "invitation" | "link";
  retry: () => void;
}

const GONE = new Set(["invitation_invalid", "link_invalid", "not_found"]);

export function Broken({ error, kind, retry }: BrokenProps) {
  const gone = error instanceof ApiError && GONE.has(error.code);
  const now = session.value;
  const inside = now.state === "known" && now.person !== undefined;
  if (!gone) {
    return (
      <Entrance title={t("failed.title")} step="failed">
        <Refused error={error} />
        <div class="form-actions">
          <Button onClick={retry}>{t("common.retry")}</Button>
        </div>
      </Entrance>
    );
  }
  return (
    <Entrance
      title={t(kind === "invitation" ? "broken.invitation.title" : "broken.link.title")}
      step="broken"
      lead={<p>{t(kind === "invitation" ? "broken.invitation.body" : "broken.link.body")}</p>}
    >
      <div class="form-actions">
        <ButtonLink kind="primary" href={href()}>
          {t(inside ? "inside.rooms" : "signin.submit")}
        </ButtonLink>
      </div>
    </Entrance>
  );
}
