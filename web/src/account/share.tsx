/// Something to hand over: a link as text to copy, as a QR code to show, as a sheet to print.

import { useRef, useState } from "preact/hooks";
import { t } from "../texts";
import { Button, Notice } from "../ui";
import { pictureOf } from "./qr";

export function Qr({ svg, label }: { svg: string; label: string }) {
  return <img class="qr" src={pictureOf(svg)} alt={label} width={200} height={200} />;
}

/** A text to take along. `secret` in monospace. */
export function CopyLine({ value, label, secret = false }: { value: string; label: string; secret?: boolean }) {
  const input = useRef<HTMLInputElement>(null);
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    setCopied(await copyText(value, input.current));
  };
  return (
    <div class="copy-line">
      <input
        ref={input}
        class={secret ? "input copy-secret" : "input"}
        value={value}
        readOnly
        aria-label={label}
        onFocus={(event) => event.currentTarget.select()}
      />
      <Button icon={copied ? "check" : "copy"} onClick={() => void copy()}>
        {t(copied ? "common.copied" : "common.copy")}
      </Button>
      <span class="visually-hidden" role="status">
        {copied ? t("common.copied") : ""}
      </span>
    </div>
  );
}

/** A server that knows itself by a loopback address makes links that lead nobody else here. */
export function OnlyHere({ url }: { url: string }) {
  const host = hostOf(url);
  return isLoopback(host) ? <Notice kind="warn">{t("share.only_here", { host })}</Notice> : null;
}

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).hostname : "");

const isLoopback = (host: string): boolean => host === "localhost" || host === "[::1]" || host.startsWith("127.");

/** The clipboard needs a secure origin; a school's server in the house may have none, then the field is copied from. */
async function copyText(value: string, input: HTMLInputElement | null): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(value);
    return true;
  } catch {
    input?.focus();
    input?.select();
    return document.execCommand("copy");
  }
}
