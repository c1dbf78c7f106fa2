/// What notifies oneself on closed devices: the TypeScript face of protocol/notify.py. Types only.

export type Level = "all" | "mentions" | "none";

/** Minutes of the day, in one's own time zone. */
export interface Hours {
  start: number;
  end: number;
}

export interface Choice {
  room: string;
  thread: string | null;
  title: string;
  level: Level;
}

export interface NotifySettings {
  quiet: Hours | null;
  text: boolean;
  time_zone: string;
  choices: Choice[];
}

export interface PushDevice {
  session: string;
  name: string;
  since: string;
  current: boolean;
}

export interface PushDevices {
  /** Our public key, as `applicationServerKey` wants it. */
  key: string;
  devices: PushDevice[];
}

/** Requests over the socket: type -> [fields, result]. */
export interface NotifyRequests {
  "notify.room": [{ room: string; level: Level | null }, object];
  "notify.thread": [{ thread: string; level: Level | null }, object];
  "notify.me": [{ quiet: Hours | null; text: boolean }, object];
  "notify.settings": [object, NotifySettings];
}
