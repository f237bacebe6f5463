/**
 * Whose camera is looked at here: a picture that nobody sees is neither sent nor decoded.
 *
 * SEEN -(out of sight for 2 s)-> UNSEEN -(in sight)-> SEEN. The delay spares a negotiation for a tile that only moves.
 */
import type { After } from "./transport";

const HIDE_AFTER_MS = 2000;

export class Attention {
  private shown: ReadonlySet<string> | null = null;
  private readonly hiding = new Map<string, () => void>();
  private readonly unseen = new Set<string>();

  constructor(
    private readonly after: After,
    private readonly watch: (id: string, isWatched: boolean) => void,
  ) {}

  /** @param shown ids of whoever has a tile in sight; null for everybody. */
  show(shown: ReadonlySet<string> | null, all: Iterable<string>): void {
    this.shown = shown;
    for (const id of all) this.follow(id);
  }

  /** Somebody has come, or is to be looked at anew. */
  follow(id: string): void {
    const isShown = this.shown === null || this.shown.has(id);
    if (isShown) {
      this.stopHiding(id);
      if (this.unseen.delete(id)) this.watch(id, true);
    } else if (!this.unseen.has(id) && !this.hiding.has(id)) {
      const cancel = this.after(HIDE_AFTER_MS, () => {
        this.hiding.delete(id);
        this.unseen.add(id);
        this.watch(id, false);
      });
      this.hiding.set(id, cancel);
    }
  }

  forget(id: string): void {
    this.stopHiding(id);
    this.unseen.delete(id);
  }

  private stopHiding(id: string): void {
    this.hiding.get(id)?.();
    this.hiding.delete(id);
  }
}
