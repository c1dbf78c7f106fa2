/// Texts about what notifies oneself on closed phones and desktops.
/// Those of the first chunk; the rest stand in late/en.notify.ts.

export const notify = {
  "notify.tab": "Notifications",
  "notify.more": "More about this thread",
} as const;
