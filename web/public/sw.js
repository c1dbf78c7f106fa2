/// The service worker: draws what is pushed to a closed device, and leads a tap to its place.
/// It keeps no files and answers no requests; words and place come from the server (chat/push/words.py).

const PUSH = "/api/v1/me/push";

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));

addEventListener("push", (event) => event.waitUntil(draw(said(event.data))));

function said(data) {
  try {
    return { title: "Tertulia", body: "", tag: "", url: "#/", at: Date.now(), ...data?.json() };
  } catch {
    return { title: "Tertulia", body: "", tag: "", url: "#/", at: Date.now() };
  }
}

/** A newer one of the same place takes the older one's, and is heard again. */
function draw({ title, body, tag, url, at }) {
  return registration.showNotification(title, {
    body,
    tag,
    renotify: tag !== "",
    timestamp: at,
    icon: "/icon-192.png",
    badge: "/badge-96.png",
    data: { url },
  });
}

addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(lead(event.notification.data?.url));
});

/** To the place in a window that is open, or in a new one. Only places of ours: they begin with a hash. */
async function lead(to) {
  const url = typeof to === "string" && to.startsWith("#/") ? to : "#/";
  const open = await clients.matchAll({ type: "window", includeUncontrolled: true });
  const best = open.find((one) => one.focused) ?? open.find((one) => one.visibilityState === "visible") ?? open[0];
  if (!best) return clients.openWindow(new URL(`/${url}`, location.origin).href);
  best.postMessage({ type: "lead", url });
  return best.focus();
}

/** A push service gave this browser another address: tell it to the server, as whoever is signed in. */
addEventListener("pushsubscriptionchange", (event) => event.waitUntil(renew(event)));

async function renew({ oldSubscription, newSubscription }) {
  const made = newSubscription ?? (await registration.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: oldSubscription?.options.applicationServerKey ?? (await ourKey()),
  }));
  const { endpoint, keys } = made.toJSON();
  await fetch(PUSH, {
    method: "PUT",
    credentials: "same-origin",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ endpoint, ...keys }),
  });
}

async function ourKey() {
  const answer = await fetch(PUSH, { credentials: "same-origin" });
  return (await answer.json()).key;
}
