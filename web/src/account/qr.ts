/// A QR code from the server, as the address of an image: drawn by the browser as a picture, so that
/// nothing in it can run or load. Pure.

/** A `data:` address of the SVG, completed by what an image of its own needs: a namespace and a viewBox. */
export function pictureOf(svg: string): string {
  const start = svg.indexOf("<svg");
  const end = svg.indexOf(">", start);
  if (start < 0 || end < 0) return "";
  let head = svg.slice(start, end);
  if (!/\sxmlns=/.test(head)) head = head.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"');
  const width = /\swidth="([\d.]+)"/.exec(head)?.[1];
  const height = /\sheight="([\d.]+)"/.exec(head)?.[1];
  if (!/\sviewBox=/.test(head) && width && height) head += ` viewBox="0 0 ${width} ${height}"`;
  return `data:image/svg+xml,${encodeURIComponent(head + svg.slice(end))}`;
}
