/// For whoever looks for something: the one box, what it found, the directory, pairs. Fetched ahead.
/// Holds no code of its own.

import "../texts/late/en.find";
import "../texts/late/en.rooms";

export { FindDialog } from "../find/box";
export { FindScreen } from "../find/screen";
export { Directory } from "../rooms/directory";
export { Pairs } from "../rooms/pairs";
