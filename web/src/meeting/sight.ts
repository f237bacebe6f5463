/** Who is to be seen: what the stage has in sight, or everybody while something else (a recording) needs all pictures. */
export class Sight {
  private shown: ReadonlySet<string> | null = null;
  private needs = 0;

  constructor(private readonly apply: (shown: ReadonlySet<string> | null) => void) {}

  /** The ids of whoever has a tile in sight; null when that is not known. */
  show(shown: ReadonlySet<string> | null): void {
    this.shown = shown;
    this.tell();
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
    this.apply(this.needs > 0 ? null : this.shown);
  }
}
