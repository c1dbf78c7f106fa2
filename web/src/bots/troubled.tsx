/// Whoever answers for a bot is told that it could not be told something, wherever they are: one line a bot, until that is mended.

import { useState } from "preact/hooks";
import { BotDialog } from "../parts";
import { troubled } from "../store/state";
import { t } from "../texts";
import { Button } from "../ui";
import { why } from "./why";

export function BotTroubles() {
  const [caring, care] = useState<string | null>(null);
  return (
    <>
      <div class="line" role="status" data-troubled={troubled.value.length}>
        {troubled.value.map((one) => (
          <div key={one.bot} class="line-words line-calm">
            <p>
              {t(one.paused ? "bots.trouble.paused" : one.why ? "bots.trouble" : "bots.trouble.over", { name: one.name, why: why(one.why), count: one.letters })}
            </p>
            <Button kind="quiet" onClick={() => care(one.bot)}>{t("bots.care", { name: one.name })}</Button>
          </div>
        ))}
      </div>
      {caring && <BotDialog id={caring} onClose={() => care(null)} />}
    </>
  );
}
