/// The few drawings: 24 units square, one stroke, the colour of the text. Always beside or behind a name.

const PATHS = {
  arrowUp: "M12 19V5m-6 6 6-6 6 6",
  book: "M12 6.5C10 5 7.5 4.5 4.5 4.7v13c3-.2 5.5.3 7.5 1.8 2-1.5 4.5-2 7.5-1.8v-13c-3-.2-5.5.3-7.5 1.8Zm0 0v13",
  hand: "M8 13.5V6a1.5 1.5 0 0 1 3 0v5.5-7a1.5 1.5 0 0 1 3 0v7-5.5a1.5 1.5 0 0 1 3 0v8c0 4-2.2 6.5-5.5 6.5-2.5 0-4-1-5.2-3.2l-2-3.8c-.8-1.5 1-2.7 2-1.5L8 13.5",
  round: "M12 4a8 8 0 0 1 7.5 5.2M20 4.5v5h-5M12 20a8 8 0 0 1-7.5-5.2M4 19.5v-5h5",
  poll: "M5 20V10m7 10V4m7 16v-7",
  tasks: "M10 6.5h10M10 12h10M10 17.5h10M4 6.5l1.3 1.3L7.5 5.5M4 12l1.3 1.3L7.5 11M4 17.5l1.3 1.3 2.2-2.3",
  arrowDown: "M12 5v14m-6-6 6 6 6-6",
  archive: "M4 7h16M5 7l1.2 12.2h11.6L19 7M9.5 11.5h5M6 4h12l1 3H5z",
  at: "M15.5 12a3.5 3.5 0 1 1-7 0 3.5 3.5 0 0 1 7 0Zm0 0v1.2c0 3.6 5 3.2 5-1.2a8.5 8.5 0 1 0-3.4 6.8",
  back: "M15 5l-7 7 7 7",
  bell: "M6 10a6 6 0 1 1 12 0c0 5 2 6 2 7H4c0-1 2-2 2-7Zm4 10a2.2 2.2 0 0 0 4 0",
  bellOff: "M4 4l16 16M8 5.5A6 6 0 0 1 18 10c0 2.4.5 3.9 1 5M6 10c0 5-2 6-2 7h12M10 20a2.2 2.2 0 0 0 4 0",
  check: "M5 12.5l4.5 4.5L19 7.5",
  clock: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17Zm0 4V12l3 2",
  close: "M6 6l12 12M18 6 6 18",
  compass: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17Zm3.6 4.9-2.2 5-5 2.2 2.2-5z",
  copy: "M9 9h10v10H9zM5 15V5h10",
  desk: "M12 4v16M8 20h8M5 7h14M5 7l-2.5 6.5a2.8 2.8 0 0 0 5 0zM19 7l-2.5 6.5a2.8 2.8 0 0 0 5 0z",
  door: "M6 20V4.5h9V20M4 20h16M12.2 12.5v.1M15 6.5h3V20",
  edit: "M4.5 19.5l1-4.2L16 4.8l3.2 3.2L8.7 18.5zM14 6.8l3.2 3.2",
  emoji: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17ZM8.5 14.2a4.2 4.2 0 0 0 7 0M9.2 9.5v.1M14.8 9.5v.1",
  eye: "M3 12s3.3-6 9-6 9 6 9 6-3.3 6-9 6-9-6-9-6Zm11.5 0a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0Z",
  flag: "M6 21V4.5M6 5c4-2 6 2 12 0v8c-6 2-8-2-12 0",
  link: "M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.3l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3A4 4 0 0 0 11 18.7l1-1",
  lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  logout: "M10 4.5H5v15h5M14 8l4 4-4 4M9 12h9",
  more: "M6 12h.01M12 12h.01M18 12h.01",
  people: "M12.5 8.5a3.5 3.5 0 1 1-7 0 3.5 3.5 0 0 1 7 0ZM2.5 19.5c.5-3.7 3-5.5 6.5-5.5s6 1.8 6.5 5.5M15.5 5.3a3.5 3.5 0 0 1 0 6.4M18 14.4c2 .7 3.2 2.4 3.5 5.1",
  pin: "M12 15.5V21M8.5 4h7l-.7 6 2.7 2.8v2.7h-11v-2.7L9.2 10z",
  plus: "M12 5v14M5 12h14",
  quote: "M9.5 7C6.5 8.2 5 10.3 5 13.5V17h5v-5H7.5M18.5 7c-3 1.2-4.5 3.3-4.5 6.5V17h5v-5h-2.5",
  reply: "M10 6 4.5 11.5 10 17M5 11.5h8.5c3.5 0 6 2 6 6",
  search: "M16.5 10.5a6 6 0 1 1-12 0 6 6 0 0 1 12 0ZM15 15l5 5",
  send: "M4.5 12h14M12.5 6l6 6-6 6",
  settings: "M5 7h8m4 0h2M5 17h2m4 0h8M17 7a2 2 0 1 1-4 0 2 2 0 0 1 4 0ZM11 17a2 2 0 1 1-4 0 2 2 0 0 1 4 0Z",
  thread: "M4.5 5h15v10.5h-8L7 19.5v-4H4.5zM8.5 9h7M8.5 12h4.5",
  trash: "M5 7h14M9.5 7V4.5h5V7M6.5 7l1 12.5h9l1-12.5M10.3 11v5M13.7 11v5",
  unread: "M19.5 11v8h-15V6H13M4.5 7l7.5 6 2.5-2M19 8.5a2.5 2.5 0 1 1 0-5 2.5 2.5 0 0 1 0 5Z",
  wait: "M7 4h10M7 20h10M8 4c0 4 4 5.5 4 8s-4 4-4 8M16 4c0 4-4 5.5-4 8s4 4 4 8",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  return (
    <svg class={name === "more" ? "icon icon-dots" : "icon"} viewBox="0 0 24 24" width={size} height={size} aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
