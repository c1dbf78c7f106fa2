/// What goes on paper. It hangs beside the app, unseen; when the page is printed it is all there is.

import { render, type ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { t } from "../texts";
import { Qr } from "./share";

/** Prints its children in place of the screen for as long as it is drawn. */
export function Sheet({ children }: { children: ComponentChildren }) {
  const host = useRef<HTMLElement | null>(null);
  useEffect(() => {
    const element = document.createElement("div");
    element.className = "sheet";
    document.body.append(element);
    document.body.classList.add("has-sheet");
    host.current = element;
    return () => {
      render(null, element);
      element.remove();
      if (!document.querySelector(".sheet")) document.body.classList.remove("has-sheet");
    };
  }, []);
  useEffect(() => {
    if (host.current) render(<>{children}</>, host.current);
  });
  return null;
}

interface PosterProps {
  community: string;
  title: string;
  lines: string[];
  url: string;
  qr: string;
}

/** One page for the wall: what one is invited to, a code to scan, an address to type. */
export function Poster({ community, title, lines, url, qr }: PosterProps) {
  return (
    <Sheet>
      <article class="poster">
        <p>{community}</p>
        <h1>{title}</h1>
        <Qr svg={qr} label={t("share.qr")} />
        <p class="poster-url">{url}</p>
        {lines.map((line) => (
          <p key={line}>{line}</p>
        ))}
      </article>
    </Sheet>
  );
}
