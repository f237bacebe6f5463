import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

/** What opens at the end of a list is scrolled into sight, as far as that is needed. */
export function useInSight(isOpen: boolean): RefObject<HTMLDivElement | null> {
  const element = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (isOpen) element.current?.scrollIntoView({ block: "nearest" });
  }, [isOpen]);
  return element;
}
