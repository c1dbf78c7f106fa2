/// A room whose posts are topics. Fetched ahead.
/// Holds no code of its own.

import "../texts/late/en.forum";

export { Forum } from "../forum";
