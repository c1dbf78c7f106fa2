/// What owners and admins are told of the installation, while it lasts: a calm line above everything.

import { notices } from "../store/state";
import { t } from "../texts";

export function Troubles() {
  const known = notices.value.flatMap((one) => (one === "bus_away" ? [t("notices.bus_away")] : []));
  return (
    <div class="line" role="status" data-notices={notices.value.join(" ")}>
      {known.map((told) => (
        <div key={told} class="line-words line-calm">
          <p>{told}</p>
        </div>
      ))}
    </div>
  );
}
