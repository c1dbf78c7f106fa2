/// What comes when it is asked for, one row a part. The first chunk holds what a member needs to read and to write;
/// whatever is drawn only on demand is a row here, in one of few files, and brings its own words (src/texts/).
/// Imported from a file of the first chunk; a part itself imports the other directly.

import { late } from "../ui/late";

const entrance = () => import("./entrance");
const settings = () => import("./settings");
const admin = () => import("./admin");
const desk = () => import("./desk");
const forum = () => import("./forum");
const looking = () => import("./looking");
const margins = () => import("./margins");
const dialogs = () => import("./dialogs");

const SCREEN = { stands: "screen" } as const;
export const JoinScreen = late(entrance, "JoinScreen", SCREEN);
export const LinkScreen = late(entrance, "LinkScreen", SCREEN);
export const SignInScreen = late(entrance, "SignInScreen", SCREEN);
export const SignUpScreen = late(entrance, "SignUpScreen", SCREEN);
export const NotSetUp = late(entrance, "NotSetUp", SCREEN);
export const VisitOver = late(entrance, "VisitOver", SCREEN);
export const SettingsScreen = late(settings, "SettingsScreen", SCREEN);
export const KeepingScreen = late(admin, "KeepingScreen", SCREEN);
export const DeskScreen = late(desk, "DeskScreen", SCREEN);

const SCREEN_AHEAD = { stands: "screen", ahead: true } as const;
export const Directory = late(looking, "Directory", SCREEN_AHEAD);
export const Pairs = late(looking, "Pairs", SCREEN_AHEAD);
export const FindScreen = late(looking, "FindScreen", SCREEN_AHEAD);

const WITHIN = { stands: "within", ahead: true } as const;
export const Forum = late(forum, "Forum", WITHIN);

const MARGIN = { stands: "margin", ahead: true } as const;
export const BotsPanel = late(margins, "BotsPanel", MARGIN);
export const PeoplePanel = late(margins, "PeoplePanel", MARGIN);
export const PinsPanel = late(margins, "PinsPanel", MARGIN);
export const RemindersPanel = late(margins, "RemindersPanel", MARGIN);
export const BookPanel = late(margins, "BookPanel", MARGIN);
export const HandsPanel = late(margins, "HandsPanel", MARGIN);
export const PollPanel = late(margins, "PollPanel", MARGIN);
export const RoundPanel = late(margins, "RoundPanel", MARGIN);
export const TasksPanel = late(margins, "TasksPanel", MARGIN);
export const WelcomePanel = late(margins, "WelcomePanel", MARGIN);

const DIALOG = { stands: "dialog", ahead: true } as const;
export const BotDialog = late(margins, "BotDialog", DIALOG);
export const ChangeRoomDialog = late(dialogs, "ChangeRoomDialog", DIALOG);
export const EmojiPicker = late(dialogs, "EmojiPicker", DIALOG);
export const FindDialog = late(looking, "FindDialog", DIALOG);
export const InviteDialog = late(dialogs, "InviteDialog", DIALOG);
export const LaterDialog = late(dialogs, "LaterDialog", DIALOG);
export const LockDialog = late(dialogs, "LockDialog", DIALOG);
export const MoveDialog = late(dialogs, "MoveDialog", DIALOG);
export const NewDirect = late(dialogs, "NewDirect", DIALOG);
export const NoteDialog = late(dialogs, "NoteDialog", DIALOG);
export const NotifyDialog = late(dialogs, "NotifyDialog", DIALOG);
export const OpenRoomDialog = late(dialogs, "OpenRoomDialog", DIALOG);
export const ReminderDialog = late(dialogs, "ReminderDialog", DIALOG);
export const ReportDialog = late(dialogs, "ReportDialog", DIALOG);
export const RetimeDialog = late(dialogs, "RetimeDialog", DIALOG);
