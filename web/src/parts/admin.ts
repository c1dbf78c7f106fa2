/// For those who keep the community.
/// Holds no code of its own.

import "../texts/late/en.account";
import "../texts/late/en.admin";
import "../texts/late/en.bots";
import "../texts/late/en.desk";
import "../texts/late/en.guests";
import "../texts/late/en.hosts";
import "../texts/late/en.sanctions";
import "../texts/late/en.unled";

export { KeepingScreen } from "../admin";
