/// Avatars are made from the id and the name, never fetched: initials on a colour that stays the same.


const HUES = 10;

interface AvatarProps {
  id: string;
  name: string;
  size?: "s" | "m" | "l";
  here?: "online" | "idle" | undefined;
}

export function Avatar({ id, name, size = "m", here }: AvatarProps) {
  return (
    <span class={`avatar avatar-${size} hue-${hue(id)}`} aria-hidden="true">
      {initials(name)}
      {here && <span class={`here here-${here}`} />}
    </span>
  );
}

/** Exported for tests. 0 to 9, the same for one id everywhere. */
export function hue(id: string): number {
  let sum = 0;
  for (let i = 0; i < id.length; i++) sum = (sum * 31 + id.charCodeAt(i)) >>> 0;
  return sum % HUES;
}

/** Exported for tests. One or two letters, whatever the script. */
export function initials(name: string): string {
  // What stands in brackets is said of somebody, not their name.
  const words = name.trim().split(/\s+/).filter((word) => word && !word.startsWith("("));
  const first = [...(words[0] ?? "?")][0] ?? "?";
  const last = words.length > 1 ? ([...(words.at(-1) ?? "")][0] ?? "") : "";
  return (first + last).toLocaleUpperCase();
}
