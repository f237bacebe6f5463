import "./stage.css";
import { type ReadonlySignal, useComputed } from "@preact/signals";
import type { CSSProperties, JSX } from "preact";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { COLUMN, FACE, type Shape, shapeOf } from "../meeting/layout";
import type { MeetingSession, Person } from "../meeting/types";
import { type Arrangement, arrange, type Box, floatingSize } from "./arrange";
import { cornerOf, FloatingView } from "./FloatingView";
import { HandIcon, SoundIcon } from "./icons";
import { Pager } from "./Pager";
import { selfCorner, selfView } from "./preferences";
import { Tile } from "./Tile";
import { text } from "./text";
import { useGlide } from "./useGlide";
import { useSize } from "./useSize";

export interface StageProps {
  readonly session: MeetingSession;
  readonly pinned: string | null;
  onPin(key: string | null): void;
}

/** One tile: a face or a shared screen. */
export interface Item {
  readonly key: string;
  readonly person: Person;
  readonly kind: "camera" | "screen";
}

/** From this many people on, my own picture floats small over the others. */
const FLOATS_FROM = 3;

/**
 * All tiles, placed absolutely in one list: a tile that changes its place is moved, never mounted again, so that its
 * picture does not break. The order in the page stays as well: with `moveBefore`, Chromium does not draw a moved tile's
 * new class, and a tile that came into the strip kept its big name.
 */
export function Stage(props: StageProps): JSX.Element {
  const { session, onPin } = props;
  const area = useRef<HTMLElement>(null);
  const { width, height } = useSize(area);
  const [page, setPage] = useState(0);
  const all = itemsOf(session.people.value);
  const isSelfHidden = selfView.value === "hidden" && all.length > 1;
  const items = isSelfHidden ? all.filter((item) => !isMyFace(item)) : all;
  const pinned = items.some((item) => item.key === props.pinned) ? props.pinned : null;
  const focus = pinned ?? session.focus.value;
  const [shapes, noteSize] = useShapes();
  const shape = shapeIn(
    shapes,
    items.find(({ key }) => key === focus),
  );
  const floats = items.length >= FLOATS_FROM && focus === null;
  const drawn = floats ? items.filter((item) => !isMyFace(item)) : items;
  const placed = focus === null ? drawn : mineFirst(drawn);
  const mine = items.find(isMyFace);
  const floatSize = floatingSize(width, height, items.length);
  const floating = floats && mine ? { ...floatSize, ...cornerOf(selfCorner.value) } : null;
  const arrangement = arrange({ keys: placed.map((item) => item.key), focus, shape, width, height, page, floating });
  useSight(session, placed, arrangement);
  return (
    <section class="stage" ref={area} aria-label={text.call.stage}>
      {width > 0
        ? drawn.map((item) => (
            <Place key={item.key} box={arrangement.boxes.get(item.key)}>
              <LiveTile
                item={item}
                session={session}
                isPinned={pinned === item.key}
                isInSpotlight={session.spotlight.value === item.key}
                isSmall={arrangement.small.has(item.key)}
                onPin={() => onPin(pinned === item.key ? null : item.key)}
                onSize={noteSize}
              />
            </Place>
          ))
        : null}
      {arrangement.pages ? (
        <Pages {...arrangement.pages} session={session} boxes={arrangement.boxes} onTurn={setPage} />
      ) : null}
      {floating && mine && width > 0 ? (
        <FloatingView width={width} height={arrangement.pages?.box.y ?? height} size={floatSize}>
          <LiveTile item={mine} session={session} isPinned={false} isInSpotlight={false} isSmall onPin={null} />
        </FloatingView>
      ) : null}
    </section>
  );
}

function Pages({
  box,
  session,
  boxes,
  ...pager
}: NonNullable<Arrangement["pages"]> &
  Pick<Arrangement, "boxes"> &
  Pick<StageProps, "session"> & { onTurn(page: number): void }): JSX.Element {
  return (
    <div class={`pages${box.width < COLUMN ? " is-column" : ""}`} style={placeStyle(box)}>
      <Pager {...pager} />
      <Elsewhere session={session} boxes={boxes} />
    </div>
  );
}

/** Who speaks and whose hand is up on another page: said here, because nobody changes places for it. */
function Elsewhere({ session, boxes }: Pick<Arrangement, "boxes"> & Pick<StageProps, "session">): JSX.Element {
  const speaking = session.speaking.value;
  const unseen = session.people.value.filter(({ id, isMe }) => !isMe && !boxes.has(id));
  const speaker = unseen.find(({ id, isMuted }) => speaking.has(id) && !isMuted);
  const hands = unseen.filter(({ isHandRaised }) => isHandRaised);
  const [first] = hands;
  return (
    <>
      {speaker ? (
        <div class="chip elsewhere" aria-hidden="true">
          <SoundIcon size="tiny" />
          <span class="chip-text" dir="auto">
            {speaker.name}
          </span>
        </div>
      ) : null}
      {first ? (
        <div class="chip chip-hand elsewhere-hands" aria-hidden="true">
          <HandIcon size="tiny" />
          <span class="chip-text" dir="auto">
            {hands.length === 1 ? first.name : hands.length}
          </span>
        </div>
      ) : null}
    </>
  );
}

type Shapes = ReadonlyMap<string, Shape>;
type SizeNote = (key: string, width: number, height: number) => void;

function useShapes(): [Shapes, SizeNote] {
  const [shapes, setShapes] = useState<Shapes>(new Map());
  const note = useCallback((key: string, width: number, height: number) => {
    const shape = shapeOf(width, height);
    setShapes((old) => (old.get(key)?.widest === shape.widest ? old : new Map(old).set(key, shape)));
  }, []);
  return [shapes, note];
}

/** Until its first frame comes, a screen has the shape of most. */
function shapeIn(shapes: Shapes, item: Item | undefined): Shape {
  return item?.kind === "screen" ? (shapes.get(item.key) ?? shapeOf(0, 0)) : FACE;
}

/** Tells the session whose tiles are in sight, so that nobody sends or decodes a picture of another page. */
function useSight(session: MeetingSession, placed: readonly Item[], { boxes }: Arrangement): void {
  // Shared screens count as well: a client with one video line sends its screen in the camera's place.
  const inSight = placed.filter(({ key, person }) => boxes.has(key) && !person.isMe).map(({ person }) => person.id);
  const isMeasured = boxes.size > 0;
  const ids = [...new Set(inSight)].sort().join(" ");
  useEffect(() => {
    if (isMeasured) session.sight.show(new Set(ids.split(" ")));
  }, [session, ids, isMeasured]);
}

function Place({
  box,
  children,
}: {
  readonly box: Box | undefined;
  readonly children: JSX.Element;
}): JSX.Element | null {
  const place = useRef<HTMLDivElement>(null);
  useGlide(place, box);
  if (!box) return null;
  return (
    <div class="place" ref={place} style={placeStyle(box)}>
      {children}
    </div>
  );
}

interface LiveTileProps {
  readonly item: Item;
  readonly session: MeetingSession;
  readonly isPinned: boolean;
  readonly isInSpotlight: boolean;
  readonly isSmall: boolean;
  readonly onPin: (() => void) | null;
  readonly onSize?: SizeNote;
}

/** Reads one person's signals, so that somebody else's speaking draws this tile not again. */
export function LiveTile({ item, session, onPin, onSize, ...shown }: LiveTileProps): JSX.Element {
  const { person, kind } = item;
  const remote = person.isMe ? null : session.remote(person.id);
  const isSpeaking = useComputed(() => session.speaking.value.has(person.id));
  return (
    <Tile
      {...shown}
      person={person}
      kind={kind}
      stream={streamOf(item, session).value}
      isSpeaking={isSpeaking.value && !person.isMuted}
      quality={remote?.quality.value ?? "good"}
      isPictureComing={remote?.isPictureComing.value ?? true}
      onPin={person.isMe ? null : onPin}
      onSize={(width, height) => (kind === "screen" ? onSize?.(item.key, width, height) : undefined)}
    />
  );
}

function streamOf({ person, kind }: Item, session: MeetingSession): ReadonlySignal<MediaStream | null> {
  if (person.isMe) return kind === "screen" ? session.myScreen : session.local.preview;
  const remote = session.remote(person.id);
  return kind === "screen" ? remote.screen : remote.camera;
}

/** Shared screens first, then the others, then me. */
function itemsOf(people: readonly Person[]): Item[] {
  const screens = people.filter((person) => person.isScreenSharing);
  const faces = [...people.filter((person) => !person.isMe), ...people.filter((person) => person.isMe)];
  return [
    ...screens.map((person): Item => ({ key: `${person.id}/screen`, person, kind: "screen" })),
    ...faces.map((person): Item => ({ key: person.id, person, kind: "camera" })),
  ];
}

/** Return the tile of this key, else the first of the others, else mine. */
export function tileOf(people: readonly Person[], key: string | null): Item | undefined {
  const items = itemsOf(people);
  return items.find((item) => item.key === key) ?? items[0];
}

/** A strip may not hold everybody; my own picture is always in it. */
function mineFirst(items: readonly Item[]): Item[] {
  return [...items.filter(isMyFace), ...items.filter((item) => !isMyFace(item))];
}

function isMyFace({ person, kind }: Item): boolean {
  return person.isMe && kind === "camera";
}

function placeStyle(box: Box): CSSProperties {
  return { transform: `translate(${box.x}px, ${box.y}px)`, width: `${box.width}px`, height: `${box.height}px` };
}
