/// What opens in the margin of a room, but for threads, which are talk like any other. Fetched ahead.
/// Holds no code of its own.

import "../texts/late/en.account";
import "../texts/late/en.admin";
import "../texts/late/en.bots";
import "../texts/late/en.desk";
import "../texts/late/en.guests";
import "../texts/late/en.planned";
import "../texts/late/en.poll";
import "../texts/late/en.rooms";
import "../texts/late/en.sanctions";
import "../texts/late/en.tools";

export { BotDialog } from "../bots/care";
export { BotsPanel } from "../bots/panel";
export { RemindersPanel } from "../planned/panel";
export { PeoplePanel } from "../room/people";
export { PinsPanel } from "../room/pins";
export { BookPanel } from "../tools/book_panel";
export { HandsPanel } from "../tools/hands_panel";
export { PollPanel } from "../tools/poll_panel";
export { RoundPanel } from "../tools/round_panel";
export { TasksPanel } from "../tools/tasks_panel";
export { WelcomePanel } from "../tools/welcome_panel";
