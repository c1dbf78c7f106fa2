/// A bot's message as it is drawn: headings, paragraphs, buttons, short forms. Types one does not know are left out.

import { Body } from "../markup/body";
import { say } from "../net/error";
import { useRoom } from "../room/context";
import { t } from "../texts";
import { Button, ButtonLink } from "../ui";
import type { Block, BlockButton } from "../wire/bots";
import { asked, interact, keyOf } from "../store/asking";
import { BlockForm } from "./form";

interface Props {
  /** Of a message or a whisper: what the answer belongs to. */
  id: string;
  bot: string;
  blocks: Block[];
}

export function Blocks({ id, bot, blocks }: Props) {
  return (
    <div class="blocks">
      {blocks.map((block, index) => (
        <One key={index} block={block} id={id} bot={bot} />
      ))}
    </div>
  );
}

function One({ block, id, bot }: { block: Block; id: string; bot: string }) {
  const { mentioned } = useRoom();
  switch (block.type) {
    case "header":
      return <p class="block-header">{block.text}</p>;
    case "section":
      return (
        <div class="block-section">
          <Body text={block.text} mentioned={mentioned} />
          {block.button && <Press id={id} bot={bot} buttons={[block.button]} />}
        </div>
      );
    case "context":
      return (
        <div class="block-context">
          <Body text={block.text} mentioned={mentioned} />
        </div>
      );
    case "divider":
      return <hr class="block-divider" />;
    case "buttons":
      return <Press id={id} bot={bot} buttons={block.buttons} />;
    case "form":
      return <BlockForm id={id} bot={bot} form={block} />;
    default:
      return null;
  }
}

function Press({ id, bot, buttons }: { id: string; bot: string; buttons: BlockButton[] }) {
  const { may } = useRoom();
  return (
    <div class="block-buttons">
      {buttons.map((one) => {
        if (one.url) {
          return (
            <ButtonLink key={one.id} href={one.url} target="_blank" rel="noreferrer noopener" icon="link">
              {one.label}
            </ButtonLink>
          );
        }
        const busy = asked.value.get(keyOf(id, one.id))?.state === "waiting";
        return (
          <Button key={one.id} kind={one.style ?? "plain"} busy={busy} disabled={!may.react} onClick={() => void interact(id, one.id)}>
            {one.label}
          </Button>
        );
      })}
      {buttons.map((one) => (
        <Silence key={one.id} mark={keyOf(id, one.id)} bot={bot} />
      ))}
    </div>
  );
}

/** What came of it, where nothing else says so. */
export function Silence({ mark, bot }: { mark: string; bot: string }) {
  const room = useRoom();
  const state = asked.value.get(mark);
  if (state?.state === "late") {
    return (
      <p class="block-silence" role="status">
        {t("blocks.late", { name: room.name(bot) })}
      </p>
    );
  }
  if (state?.state !== "failed") return null;
  return (
    <p class="block-silence block-failed" role="alert">
      {say(state.error)}
    </p>
  );
}
