/// For whoever is not signed in: doors, links, set-up. One file that is fetched when somebody stands outside.
/// Holds no code of its own.

import "../texts/late/en.account";
import "../texts/late/en.guests";
import "../texts/late/en.sanctions";

export { JoinScreen } from "../account/join";
export { LinkScreen } from "../account/link";
export { NotSetUp, SignInScreen } from "../account/sign_in";
export { SignUpScreen } from "../account/sign_up";
export { VisitOver } from "../guests/over";
