/// The English catalogue of the first chunk, put together from its areas. A key names its area first.
/// What only a part says that is fetched later (src/parts/) stands in late/; all.ts knows both.

import { botTexts } from "./en.bots";
import { common } from "./en.common";
import { desk } from "./en.desk";
import { errors } from "./en.errors";
import { find } from "./en.find";
import { forum } from "./en.forum";
import { guests } from "./en.guests";
import { kinds } from "./en.kinds";
import { notify } from "./en.notify";
import { poll } from "./en.poll";
import { planned } from "./en.planned";
import { quiet } from "./en.quiet";
import { room } from "./en.room";
import { rooms } from "./en.rooms";
import { sanctions } from "./en.sanctions";
import { tools } from "./en.tools";
import { unled } from "./en.unled";

export const en = {
  ...common,
  ...errors,
  ...rooms,
  ...room,
  ...desk,
  ...find,
  ...guests,
  ...kinds,
  ...forum,
  ...tools,
  ...quiet,
  ...notify,
  ...planned,
  ...poll,
  ...sanctions,
  ...botTexts,
  ...unled,
} as const;
