/// What is asked before something is done: the dialogs of rooms and messages, and the emoji. Fetched ahead.
/// Holds no code of its own.

import "../texts/late/en.account";
import "../texts/late/en.desk";
import "../texts/late/en.forum";
import "../texts/late/en.notify";
import "../texts/late/en.planned";
import "../texts/late/en.poll";
import "../texts/late/en.rooms";
import "../texts/late/en.sanctions";
import "../texts/late/en.tools";

export { NotifyDialog } from "../notify/choose";
export { ReminderDialog } from "../planned/dialog";
export { LaterDialog } from "../planned/later";
export { RetimeDialog } from "../planned/retime";
export { EmojiPicker } from "../room/emoji";
export { InviteDialog } from "../room/invite";
export { MoveDialog } from "../room/move";
export { ReportDialog } from "../room/report";
export { NewDirect } from "../rooms/direct";
export { ChangeRoomDialog, OpenRoomDialog } from "../rooms/open";
export { LockDialog } from "../sanctions/lock";
export { NoteDialog } from "../tools/note";
