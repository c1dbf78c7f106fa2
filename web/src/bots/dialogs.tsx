/// The dialogs of a list of bots: making one, its secrets told once, looking after one. The list says what is read anew.

import { useState } from "preact/hooks";
import type { BotMade } from "../wire/bots";
import { BotDialog } from "./care";
import { BotSecrets, MakeBot } from "./make";

/// `make` and `care` open them, `dialogs` is drawn beside the list; `again` is called when something may have changed.
export function useBotDialogs(room: string | null, again: () => void) {
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState<BotMade | null>(null);
  const [caring, setCaring] = useState<string | null>(null);
  const dialogs = (
    <>
      {making && (
        <MakeBot
          room={room}
          onClose={() => setMaking(false)}
          onMade={(bot) => {
            setMaking(false);
            setMade(bot);
            again();
          }}
        />
      )}
      {made && <BotSecrets made={made} onClose={() => setMade(null)} />}
      {caring && (
        <BotDialog
          id={caring}
          onClose={() => {
            setCaring(null);
            again();
          }}
        />
      )}
    </>
  );
  return { make: () => setMaking(true), care: setCaring, dialogs };
}
