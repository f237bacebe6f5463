/** Everybody's sound as one track. */
import { sourceOf } from "./audioSource";

interface Input {
  readonly track: MediaStreamTrack;
  readonly source: MediaStreamAudioSourceNode;
}

export class Mixer {
  private readonly context = new AudioContext();
  private readonly output = this.context.createMediaStreamDestination();
  private readonly inputs = new Map<string, Input>();

  /** Lasts until `close`, whoever comes and goes. */
  get track(): MediaStreamTrack {
    const [track] = this.output.stream.getAudioTracks();
    if (!track) throw new Error("an audio destination without a track");
    return track;
  }

  /** Takes exactly these voices in; a key whose track is another one (a new device) is wired anew. */
  set(voices: ReadonlyMap<string, MediaStreamTrack>): void {
    for (const [key, { track, source }] of this.inputs) {
      if (voices.get(key) === track) continue;
      source.disconnect();
      this.inputs.delete(key);
    }
    for (const [key, track] of voices) {
      if (this.inputs.has(key)) continue;
      const source = sourceOf(this.context, new MediaStream([track]));
      if (!source) continue;
      source.connect(this.output);
      this.inputs.set(key, { track, source });
    }
    // A browser that held sound back until a click lets it go now.
    if (this.context.state === "suspended") void this.context.resume().catch(() => undefined);
  }

  close(): void {
    this.set(new Map());
    void this.context.close().catch(() => undefined);
  }
}
