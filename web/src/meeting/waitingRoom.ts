/** Who waits at the door, as hosts hear of it: a pure reducer, in order of asking. */
import type { RoomEvent } from "./roomState";
import type { Waiter } from "./types";

/** The server tells a host the whole queue again after each `joined`, so that one starts it afresh. */
export function reduceQueue(queue: readonly Waiter[], event: RoomEvent, nowMs: number): readonly Waiter[] {
  if (event.name === "joined") return [];
  if (event.name !== "waiting-room:participant-waiting") return queue;
  const { socketId, name, removed, wasRemoved, waitingSince } = event.payload;
  const known = queue.find((waiter) => waiter.id === socketId);
  if (removed) return queue.filter((waiter) => waiter !== known);
  const waiter: Waiter = {
    id: socketId,
    name,
    wasRemoved: wasRemoved ?? false,
    sinceMs: waitingSince ?? known?.sinceMs ?? nowMs,
  };
  // Somebody who is flagged later keeps the place.
  if (known) return queue.map((other) => (other === known ? waiter : other));
  return [...queue, waiter];
}
