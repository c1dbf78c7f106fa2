declare module "virtual:emoji" {
  /** Character, label, tags, group. */
  const all: [string, string, string, number][];
  export default all;
}
