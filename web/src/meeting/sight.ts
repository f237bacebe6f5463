/**
 * Who is to be seen: what the stage has in sight and whom a small window shows, or everybody while something else (a
 * recording) needs all pictures.
 */
export class Sight {
  private shown: ReadonlySet<string> | null = null;
  /** Each for whoever shows this person beside the stage. */
  private readonly others = new Set<{ readonly id: string }>();
  private needs = 0;

  constructor(private readonly apply: (shown: ReadonlySet<string> | null) => void) {}

  /** The ids of whoever has a tile in sight; null when that is not known. */
  show(shown: ReadonlySet<string> | null): void {
    this.shown = shown;
    this.tell();
  }

  /** Asks for one person's picture beside those of the stage, until the returned function is called. */
  alsoShow(id: string): () => void {
    const other = { id };
    this.others.add(other);
    this.tell();
    return () => {
      if (this.others.delete(other)) this.tell();
    };
  }

  /** Asks for everybody's picture until the returned function is called. */
  needAll(): () => void {
    this.needs += 1;
    this.tell();
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.needs -= 1;
      this.tell();
    };
  }

  private tell(): void {
    const { shown } = this;
    if (this.needs > 0 || shown === null) this.apply(null);
    else this.apply(new Set([...shown, ...[...this.others].map(({ id }) => id)]));
  }
}
