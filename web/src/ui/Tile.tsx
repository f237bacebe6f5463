import "./tile.css";
import type { ComponentChildren, JSX } from "preact";
import type { Person, RemoteMedia } from "../meeting/types";
import { Avatar } from "./Avatar";
import { HandIcon, MicOffIcon, PinIcon, ShareIcon, SpotlightIcon, WeakIcon } from "./icons";
import { HostMark } from "./Mark";
import { text } from "./text";
import { Video } from "./Video";

export interface TileProps {
  readonly person: Person;
  readonly kind: "camera" | "screen";
  readonly stream: MediaStream | null;
  readonly isSpeaking: boolean;
  readonly isPinned: boolean;
  /** A host shows this person large to everybody. */
  readonly isInSpotlight: boolean;
  readonly quality: RemoteMedia["quality"]["value"];
  readonly isPictureComing: boolean;
  /** Small tiles leave out what the people panel says anyway. */
  readonly isSmall: boolean;
  onPin: (() => void) | null;
  /** How large the picture is that arrives. */
  onSize(width: number, height: number): void;
}

/** One person or one shared screen. */
export function Tile(props: TileProps): JSX.Element {
  const { person, kind, stream, isSpeaking, isSmall } = props;
  const isScreen = kind === "screen";
  const hasPicture = stream !== null && (isScreen || !person.isVideoOff);
  // The line may be there and the picture not: an empty box, or a face of a minute ago, says nothing about who it is.
  const isAwaited = !isScreen && !props.isPictureComing;
  const classes = ["tile", `tile-${kind}`];
  if (isSpeaking && !isScreen) classes.push("is-speaking");
  if (isSmall) classes.push("is-small");
  if (person.isReconnecting) classes.push("is-away");
  return (
    // biome-ignore lint/a11y/useSemanticElements: not a form group; it keeps a name and its signs together
    <div class={classes.join(" ")} role="group" aria-label={nameOf(person, isScreen)}>
      {hasPicture && !isAwaited ? null : (
        <div class="tile-face">{isScreen ? <ShareIcon /> : <Avatar name={person.name} />}</div>
      )}
      {hasPicture ? (
        <Video
          stream={stream}
          isMirrored={person.isMe && !isScreen}
          isWhole={isScreen}
          isStill={isAwaited}
          onSize={props.onSize}
        />
      ) : null}
      <TileBadges {...props} />
      <TileName person={person} isScreen={isScreen} />
      {props.onPin ? <PinPress {...props} onPin={props.onPin} /> : null}
    </div>
  );
}

/** Whose tile it is, or whose screen. */
function nameOf(person: Person, isScreen: boolean): string {
  if (isScreen) return person.isMe ? text.call.youShare : text.call.sharedBy(person.name);
  return person.isMe ? text.common.you : person.name;
}

function TileName({ person, isScreen }: { readonly person: Person; readonly isScreen: boolean }): JSX.Element {
  if (isScreen) {
    return (
      <Chip place="name">
        <ShareIcon size="tiny" />
        <span class="chip-text" dir="auto">
          {nameOf(person, isScreen)}
        </span>
      </Chip>
    );
  }
  return (
    <Chip place="name">
      {person.isMuted ? (
        <span class="chip-icon" role="img" aria-label={text.call.muted}>
          <MicOffIcon size="tiny" />
        </span>
      ) : null}
      {person.isHost ? <HostMark label={text.common.host} /> : null}
      <span class="chip-text" dir="auto">
        {nameOf(person, isScreen)}
      </span>
    </Chip>
  );
}

function TileBadges({ person, kind, quality, isPinned, isInSpotlight, isSmall }: TileProps): JSX.Element {
  const connection = kind === "camera" && !person.isMe ? connectionWords(person, quality) : null;
  return (
    <div class="tile-badges">
      {person.isHandRaised && kind === "camera" ? (
        <span class="chip chip-hand" role="img" aria-label={text.call.handUp(person.handOrder)}>
          <HandIcon size="tiny" />
          {person.handOrder > 0 ? <span aria-hidden="true">{person.handOrder}</span> : null}
        </span>
      ) : null}
      {connection ? (
        <span class="chip chip-weak">
          <WeakIcon size="tiny" />
          <span class={isSmall ? "sr" : "chip-text"}>{connection}</span>
        </span>
      ) : null}
      {isInSpotlight ? (
        <span class="chip" role="img" aria-label={text.view.inSpotlight}>
          <SpotlightIcon size="tiny" />
        </span>
      ) : null}
      {isPinned ? (
        <span class="chip" role="img" aria-label={text.call.pinned}>
          <PinIcon size="tiny" />
        </span>
      ) : null}
    </div>
  );
}

/** The whole tile is the target: a phone has no hover to show a small one. */
function PinPress({ person, kind, isPinned, onPin }: TileProps & { onPin(): void }): JSX.Element {
  const name = kind === "screen" ? text.call.screenOf(person.name) : person.name;
  return (
    <button
      type="button"
      class="tile-press"
      aria-pressed={isPinned}
      aria-label={isPinned ? text.call.unpinOf(name) : text.call.pinOf(name)}
      // The second press of two was meant for what the first one closed: a menu, a sheet.
      onClick={({ detail }) => (detail > 1 ? undefined : onPin())}
    >
      <span class="chip tile-pin" aria-hidden="true">
        <PinIcon size="tiny" />
        <span>{isPinned ? text.call.unpin : text.call.pin}</span>
      </span>
    </button>
  );
}

function Chip({ place, children }: { readonly place: string; readonly children: ComponentChildren }): JSX.Element {
  return <div class={`chip chip-${place}`}>{children}</div>;
}

function connectionWords(person: Person, quality: TileProps["quality"]): string | null {
  if (person.isReconnecting) return text.call.personReconnecting;
  if (quality === "weak") return text.call.weak;
  if (quality === "lost") return text.call.lost;
  if (quality === "blocked") return text.call.blocked;
  return null;
}
