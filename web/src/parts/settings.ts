/// What one settles for oneself.
/// Holds no code of its own.

import "../texts/late/en.account";
import "../texts/late/en.guests";
import "../texts/late/en.notify";
import "../texts/late/en.planned";

export { SettingsScreen } from "../account/settings";
