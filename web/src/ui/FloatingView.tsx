import type { ComponentChildren, JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { FLOATING_INSET } from "./arrange";
import { selfCorner } from "./preferences";
import { text } from "./text";
import { useGlide } from "./useGlide";

interface FloatingViewProps {
  readonly width: number;
  readonly height: number;
  readonly size: { readonly width: number; readonly height: number };
  readonly children: ComponentChildren;
}

interface Corner {
  readonly isRight: boolean;
  readonly isBottom: boolean;
}

const MOVES: Readonly<Record<string, Partial<Corner>>> = {
  ArrowLeft: { isRight: false },
  ArrowRight: { isRight: true },
  ArrowUp: { isBottom: false },
  ArrowDown: { isBottom: true },
};

/** My own picture in a corner of the stage; drag it, or move it with the arrow keys, and it snaps to the nearest corner. */
export function FloatingView({ width, height, size, children }: FloatingViewProps): JSX.Element {
  const corner = cornerOf(selfCorner.value);
  const [drag, setDrag] = useState<{ readonly dx: number; readonly dy: number } | null>(null);
  const start = useRef({ x: 0, y: 0 });
  const home = homeOf(corner, size, width, height);
  const x = home.x + (drag?.dx ?? 0);
  const y = home.y + (drag?.dy ?? 0);
  const view = useRef<HTMLDivElement>(null);
  useGlide(view, { x, y, ...size }, drag !== null);

  const drop = (): void => {
    if (!drag) return;
    moveTo({ isRight: x + size.width / 2 > width / 2, isBottom: y + size.height / 2 > height / 2 });
    setDrag(null);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a movable region, not a form group
    <div
      ref={view}
      class={`place floating${drag ? " is-dragged" : ""}`}
      role="group"
      aria-label={text.call.selfView}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys move it
      tabIndex={0}
      style={{ transform: `translate(${x}px, ${y}px)`, width: `${size.width}px`, height: `${size.height}px` }}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        start.current = { x: event.clientX, y: event.clientY };
        setDrag({ dx: 0, dy: 0 });
      }}
      onPointerMove={(event) => {
        if (drag) setDrag({ dx: event.clientX - start.current.x, dy: event.clientY - start.current.y });
      }}
      onPointerUp={drop}
      onPointerCancel={drop}
      onKeyDown={(event) => {
        const move = MOVES[event.key];
        if (!move) return;
        event.preventDefault();
        moveTo({ ...corner, ...move });
      }}
    >
      {children}
    </div>
  );
}

/** Where a corner is, by its name. */
export function cornerOf(name: typeof selfCorner.value): Corner {
  return { isRight: name.endsWith("right"), isBottom: name.startsWith("bottom") };
}

function moveTo({ isRight, isBottom }: Corner): void {
  selfCorner.value = `${isBottom ? "bottom" : "top"}-${isRight ? "right" : "left"}`;
}

function homeOf(
  corner: Corner,
  size: { readonly width: number; readonly height: number },
  width: number,
  height: number,
): { readonly x: number; readonly y: number } {
  return {
    x: corner.isRight ? width - size.width - FLOATING_INSET : FLOATING_INSET,
    y: corner.isBottom ? height - size.height - FLOATING_INSET : FLOATING_INSET,
  };
}
