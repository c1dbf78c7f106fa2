/// Going into a room: from its card in the directory, or from its doorstep.

import { say } from "../net/error";
import { ask } from "../store/ask";
import { reloadOverview } from "../store/client";
import { t } from "../texts";
import { remark } from "../ui";

/** Join, accept an invitation, or ask. True when one is in now. What went wrong is said as a remark. */
export async function joinRoom(room: string): Promise<boolean> {
  try {
    const { result } = await ask("room.join", { room });
    await reloadOverview();
    if (result.state === "member") return true;
    remark(t("directory.asked"));
  } catch (error) {
    remark(say(error), "error");
  }
  return false;
}
