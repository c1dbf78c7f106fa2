/// This browser as a device that is notified: what it can do, subscribing it, ending that.
/// Knows the browser and the server's rows of devices; draws nothing.

import { effect } from "@preact/signals";
import { api } from "../net/api";
import { keep, kept, unkeep } from "../net/keep";
import { session } from "../session";
import type { PushDevices } from "../wire/notify";

/** `install`: it can once it is on the home screen (iOS). `blocked`: the browser was told to refuse. */
export type DeviceState = "unsupported" | "insecure" | "install" | "blocked" | "off" | "on";

const WORKER = "/sw.js";
const KEPT = "push";

function isApple(): boolean {
  return /iPad|iPhone|iPod/.test(navigator.userAgent) || (/Macintosh/.test(navigator.userAgent) && navigator.maxTouchPoints > 1);
}

const installed = (): boolean => matchMedia("(display-mode: standalone)").matches;

/** What this browser can do; `known` says whether the server counts it among the devices. */
export async function deviceState(known: boolean): Promise<DeviceState> {
  if (!isSecureContext) return "insecure";
  const able = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
  if (!able) return isApple() && !installed() ? "install" : "unsupported";
  if (Notification.permission === "denied") return "blocked";
  const subscription = await subscribed();
  return known && subscription && Notification.permission === "granted" ? "on" : "off";
}

async function subscribed(): Promise<PushSubscription | null> {
  const registration = await navigator.serviceWorker?.getRegistration();
  return (await registration?.pushManager?.getSubscription()) ?? null;
}

/** Ask the person, subscribe, tell the server. False: they said no. To be called from a press. */
export async function switchOn(person: string, key: string): Promise<boolean> {
  if ((await Notification.requestPermission()) !== "granted") return false;
  await navigator.serviceWorker.register(WORKER);
  const registration = await navigator.serviceWorker.ready;
  const wanted = { userVisibleOnly: true, applicationServerKey: key };
  let subscription = await registration.pushManager.getSubscription();
  if (subscription && !sameKey(subscription, key)) {
    await subscription.unsubscribe();
    subscription = null;
  }
  subscription ??= await registration.pushManager.subscribe(wanted);
  await tell(subscription);
  keep(person, KEPT, true);
  return true;
}

/** A subscription to another community, or to one that was set up anew, is of no use. */
function sameKey(subscription: PushSubscription, key: string): boolean {
  const bytes = subscription.options.applicationServerKey;
  if (!bytes) return false;
  const text = btoa(String.fromCharCode(...new Uint8Array(bytes)));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "") === key;
}

async function tell(subscription: PushSubscription): Promise<void> {
  const { endpoint, keys } = subscription.toJSON();
  await api.put("/me/push", { endpoint, p256dh: keys?.["p256dh"], auth: keys?.["auth"] });
}

export async function switchOff(person: string): Promise<void> {
  unkeep(person, KEPT);
  await api.delete("/me/push");
  await forget();
}

/** Nobody is notified in this browser any more, whatever a server still sends. */
async function forget(): Promise<void> {
  try {
    await (await subscribed())?.unsubscribe();
  } catch {
    // It ends on the server's side in any case.
  }
}

/** Where it was switched on, it stays on: a browser may have changed its address, or lost it. */
async function renew(person: string): Promise<void> {
  if (!kept<boolean>(person, KEPT) || !("serviceWorker" in navigator) || !("Notification" in window)) return;
  if (Notification.permission !== "granted") return;
  const { key, devices } = await api.get<PushDevices>("/me/push");
  if (devices.some((one) => one.current) && (await subscribed())) return;
  await switchOn(person, key);
}

/** Called once: follows who is signed in. */
export function followSession(): void {
  let before: string | undefined;
  effect(() => {
    const now = session.value;
    if (now.state !== "known" || now.person?.id === before) return;
    const gone = before !== undefined && now.person === undefined;
    before = now.person?.id;
    if (gone) void forget();
    if (before !== undefined) renew(before).catch(() => undefined);
  });
}
