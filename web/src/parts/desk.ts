/// For those who look after a room: their desk.
/// Holds no code of its own.

import "../texts/late/en.account";
import "../texts/late/en.admin";
import "../texts/late/en.desk";
import "../texts/late/en.guests";
import "../texts/late/en.sanctions";

export { DeskScreen } from "../desk";
