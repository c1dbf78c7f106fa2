/// Invitations: those that work and those that ended; making one, showing it, ending it.

import { useState } from "preact/hooks";
import { useFetch } from "../account/use";
import { distance } from "../account/when";
import { api } from "../net/api";
import type { Home } from "../store/state";
import { t } from "../texts";
import { Button, Confirm, EmptyState, FailedState, Loading, MenuButton, Section, remark } from "../ui";
import type { Invitation } from "../wire/accounts";
import { endedBy } from "./ended";
import { NewInvitation } from "./new_invitation";
import { ShareDialog } from "./share_dialog";

export function Invitations({ here }: { here: Home }) {
  const { now, again, put } = useFetch("invitations", async () => (await api.get<{ invitations: Invitation[] }>("/invitations")).invitations);
  const [making, make] = useState(false);
  const [shown, show] = useState<Invitation | null>(null);
  const [ending, end] = useState<Invitation | null>(null);
  if (now.state === "loading") return <Loading />;
  if (now.state === "failed") return <FailedState error={now.error} retry={again} />;
  const all = now.value;
  const open = all.filter((one) => !endedBy(one, Date.now()));
  const over = all.filter((one) => endedBy(one, Date.now()));
  const create = <NewButton onClick={() => make(true)} />;
  return (
    <>
      {open.length === 0 ? (
        <EmptyState title={t("invitations.none")} action={create}>
          {t("invitations.none.body")}
        </EmptyState>
      ) : (
        <>
          <div class="form-actions">{create}</div>
          <ul class="lines" aria-label={t("keep.invitations")}>
            {open.map((one) => (
              <Line key={one.id} invitation={one} community={here.community.name} onShow={() => show(one)} onEnd={() => end(one)} />
            ))}
          </ul>
        </>
      )}
      {over.length > 0 && (
        <Section title={t("invitations.over")}>
          <ul class="lines">
            {over.map((one) => (
              <Line key={one.id} invitation={one} community={here.community.name} />
            ))}
          </ul>
        </Section>
      )}
      {making && (
        <NewInvitation
          onClose={() => make(false)}
          onMade={(made) => {
            put([made, ...all]);
            make(false);
            show(made);
          }}
        />
      )}
      {shown && <ShareDialog invitation={shown} community={here.community.name} onClose={() => show(null)} />}
      {ending && (
        <EndDialog
          invitation={ending}
          onClose={() => end(null)}
          onEnded={() => put(all.map((one) => (one.id === ending.id ? { ...one, revoked: true } : one)))}
        />
      )}
    </>
  );
}

function NewButton({ onClick }: { onClick: () => void }) {
  return (
    <Button kind="primary" icon="plus" onClick={onClick}>
      {t("invitations.new")}
    </Button>
  );
}

interface EndProps {
  invitation: Invitation;
  onClose: () => void;
  onEnded: () => void;
}

function EndDialog({ invitation, onClose, onEnded }: EndProps) {
  const confirm = async () => {
    await api.delete(`/invitations/${encodeURIComponent(invitation.id)}`);
    onEnded();
    remark(t("invitations.ended"), "good");
  };
  return (
    <Confirm title={t("invitations.end.title")} action={t("invitations.end")} danger onClose={onClose} onConfirm={confirm}>
      <p>{t("invitations.end.body")}</p>
    </Confirm>
  );
}

interface LineProps {
  invitation: Invitation;
  community: string;
  onShow?: () => void;
  onEnd?: () => void;
}

function Line({ invitation, community, onShow, onEnd }: LineProps) {
  const { room, role, uses, max_uses: most, expires_at, code } = invitation;
  const name = room?.name ?? t("invitations.community", { community });
  const ended = endedBy(invitation, Date.now());
  const until = ended ? t(`invitations.${ended}`) : t("invitations.until", { when: distance(expires_at, Date.now()) });
  return (
    <li class="line-item" data-invitation={invitation.id}>
      <div class="line-text">
        <span class="line-title">
          {name} {role === "guest" && <span class="line-small">({t("role.guest")})</span>}
        </span>
        <span class="line-small">
          {t("invitations.uses", { uses, most })} · {until} · {t("invitations.code", { code: code.slice(0, 4) })}
        </span>
      </div>
      {onShow && onEnd && (
        <div class="line-actions">
          <Button onClick={onShow} aria-label={t("invitations.show.of", { name })}>
            {t("invitations.show")}
          </Button>
          <MenuButton icon="more" label={t("invitations.actions", { name })} items={[{ label: t("invitations.end"), icon: "close", danger: true, run: onEnd }]} />
        </div>
      )}
    </li>
  );
}
