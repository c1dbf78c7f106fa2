/// Every text there is, of the first chunk and of the parts: for the type of a key, and for tests. Never part of the client.

import { en } from "./en";
import { account } from "./late/en.account";
import { admin } from "./late/en.admin";
import { botTexts } from "./late/en.bots";
import { desk } from "./late/en.desk";
import { find } from "./late/en.find";
import { forum } from "./late/en.forum";
import { guests } from "./late/en.guests";
import { hosts } from "./late/en.hosts";
import { notify } from "./late/en.notify";
import { planned } from "./late/en.planned";
import { poll } from "./late/en.poll";
import { rooms } from "./late/en.rooms";
import { sanctions } from "./late/en.sanctions";
import { tools } from "./late/en.tools";
import { unled } from "./late/en.unled";

export const all = {
  ...en,
  ...account,
  ...admin,
  ...botTexts,
  ...desk,
  ...find,
  ...forum,
  ...guests,
  ...hosts,
  ...notify,
  ...planned,
  ...poll,
  ...rooms,
  ...sanctions,
  ...tools,
  ...unled,
} as const;
