/// Whether the device in one's hands is notified: on or off, or why it cannot be and what to do then.

import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { api } from "../net/api";
import { say } from "../net/error";
import { devicesMoved } from "../store/notify";
import { t } from "../texts";
import { useFetch } from "../account/use";
import { dayOf } from "../account/when";
import { Button, FailedState, Loading, Notice, Section, remark } from "../ui";
import type { PushDevice, PushDevices } from "../wire/notify";
import { deviceState, switchOff, switchOn, type DeviceState } from "./device";

export function Devices({ person }: { person: string }) {
  const { now, again } = useFetch("push", () => api.get<PushDevices>("/me/push"));
  const [state, setState] = useState<DeviceState | null>(null);
  const moved = devicesMoved.value;
  useEffect(again, [moved]);
  const known = now.state === "ready" && now.value.devices.some((one) => one.current);
  const ready = now.state === "ready";
  const look = () => {
    if (ready) void deviceState(known).then(setState);
  };
  useEffect(look, [ready, known]);
  useEffect(() => {
    // Somebody may have changed it in the browser's own settings.
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  });
  if (now.state === "failed") return <FailedState error={now.error} retry={again} />;
  if (now.state === "loading" || state === null) return <Loading />;
  const others = now.value.devices.filter((one) => !one.current);
  return (
    <>
      <Section title={t("notify.here")}>
        <Here state={state} person={person} answer={now.value} done={again} />
      </Section>
      {others.length > 0 && (
        <Section title={t("notify.others")}>
          <ul class="lines">
            {others.map((one) => (
              <Other key={one.session} device={one} done={again} />
            ))}
          </ul>
        </Section>
      )}
    </>
  );
}

const WORDS: Partial<Record<DeviceState, () => ComponentChildren>> = {
  unsupported: () => <p class="prose">{t("notify.unsupported")}</p>,
  insecure: () => <Notice kind="warn">{t("notify.insecure")}</Notice>,
  blocked: () => <Notice kind="warn">{t("notify.blocked")}</Notice>,
  install: () => <HomeScreen />,
};

interface HereProps {
  state: DeviceState;
  person: string;
  answer: PushDevices;
  done: () => void;
}

function Here({ state, person, answer, done }: HereProps) {
  const [busy, setBusy] = useState<"on" | "off" | "try" | null>(null);
  const words = WORDS[state];
  if (words) return <>{words()}</>;
  const run = async (which: "on" | "off" | "try", what: () => Promise<void>) => {
    setBusy(which);
    try {
      await what();
    } catch (error) {
      // What a push service says is for nobody to read; that it did not go is.
      remark(error instanceof DOMException ? t("notify.failed") : say(error), "error");
    }
    setBusy(null);
    done();
  };
  const on = () =>
    run("on", async () => {
      if (await switchOn(person, answer.key)) remark(t("notify.is_on"), "good");
      else remark(t("notify.said_no"));
    });
  const off = () =>
    run("off", async () => {
      await switchOff(person);
      remark(t("notify.is_off"));
    });
  const show = () =>
    run("try", async () => {
      await api.post("/me/push/try");
      remark(t("notify.tried"));
    });
  if (state === "on") {
    return (
      <>
        <p class="prose">{t("notify.on")}</p>
        <div class="form-actions">
          <Button busy={busy === "try"} onClick={() => void show()}>
            {t("notify.try")}
          </Button>
          <Button kind="quiet" busy={busy === "off"} onClick={() => void off()}>
            {t("notify.stop")}
          </Button>
        </div>
      </>
    );
  }
  return (
    <>
      <p class="prose">{t("notify.off")}</p>
      <div class="form-actions">
        <Button kind="primary" icon="bell" busy={busy === "on"} onClick={() => void on()}>
          {t("notify.start")}
        </Button>
      </div>
    </>
  );
}

/** iPhones and iPads notify only what stands on the home screen. */
function HomeScreen() {
  return (
    <>
      <p class="prose">{t("notify.ios.lead")}</p>
      <ol class="steps-plain">
        <li>{t("notify.ios.share")}</li>
        <li>{t("notify.ios.add")}</li>
        <li>{t("notify.ios.open")}</li>
      </ol>
      <p class="prose">{t("notify.ios.version")}</p>
    </>
  );
}

function Other({ device, done }: { device: PushDevice; done: () => void }) {
  const [busy, setBusy] = useState(false);
  const name = device.name || t("devices.unknown");
  const stop = async () => {
    setBusy(true);
    try {
      await api.delete(`/me/push/${encodeURIComponent(device.session)}`);
      remark(t("notify.stopped_there"));
    } catch (error) {
      remark(say(error), "error");
    }
    setBusy(false);
    done();
  };
  return (
    <li class="line-item">
      <div class="line-text">
        <span class="line-title">{name}</span>
        <span class="line-small">{t("notify.since", { day: dayOf(device.since) })}</span>
      </div>
      <Button busy={busy} aria-label={t("notify.stop.of", { name })} onClick={() => void stop()}>
        {t("notify.stop.there")}
      </Button>
    </li>
  );
}
