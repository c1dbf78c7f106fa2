/// Texts about what waits for those who run the community: rooms that nobody looks after, appeals.
/// They come with the parts that say them, which import this file.

import { also } from "..";

export const unled = also({
  "unled.title": "Without a facilitator",
  "unled.lead": "Nobody looks after these rooms: their facilitators are suspended, or gone. Name somebody who is in the room, or archive it. You do not get in, and the room's log says what you did.",
  "unled.none": "Every room is looked after",
  "unled.none.body": "When a room loses its last facilitator, it stands here.",
  "unled.members": "{count, plural, one {# person} other {# people}}",
  "unled.who": "Who looks after {name}?",
  "unled.choose": "Choose somebody",
  "unled.nobody": "Nobody in it could be named.",
  "unled.name": "Name",
  "unled.name.of": "Name a facilitator of {name}",
  "unled.named": "{person} looks after {name} from now on.",
  "unled.archive": "Archive",
  "unled.archive.of": "Archive {name}",
  "unled.archive.title": "Archive {name}?",
  "unled.archive.body": "It stays readable for those who are in it, and nothing can be written there any more.",
  "unled.archived": "{name} is archived.",
});
