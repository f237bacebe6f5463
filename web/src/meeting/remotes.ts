/** The remote people's media as signals that views hold on to, also before and between connections. */
import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Quality, RemoteStreams } from "../media/transport";
import type { RemoteMedia } from "./types";

interface Remote {
  readonly streams: Signal<RemoteStreams>;
  readonly quality: Signal<Quality>;
  readonly isPictureComing: Signal<boolean>;
  readonly media: RemoteMedia;
}

const NO_STREAMS: RemoteStreams = { camera: null, screen: null };

export class Remotes {
  private readonly known = new Map<string, Remote>();

  /** @param sharing ids of who shares a screen by the server's word: the line is there also while nobody does. */
  constructor(private readonly sharing: ReadonlySignal<ReadonlySet<string>>) {}

  media(id: string): RemoteMedia {
    return this.remote(id).media;
  }

  setStreams(id: string, streams: RemoteStreams): void {
    this.remote(id).streams.value = { ...streams };
  }

  setQuality(id: string, quality: Quality): void {
    this.remote(id).quality.value = quality;
  }

  setPicture(id: string, isComing: boolean): void {
    this.remote(id).isPictureComing.value = isComing;
  }

  /** Empties and forgets everybody who is not in `ids`. */
  keep(ids: ReadonlySet<string>, onGone: (id: string) => void): void {
    for (const [id, remote] of this.known) {
      if (ids.has(id)) continue;
      onGone(id);
      remote.streams.value = NO_STREAMS;
      remote.quality.value = "connecting";
      remote.isPictureComing.value = false;
      this.known.delete(id);
    }
  }

  private remote(id: string): Remote {
    const found = this.known.get(id);
    if (found) return found;
    const streams = signal<RemoteStreams>(NO_STREAMS);
    const quality = signal<Quality>("connecting");
    const isPictureComing = signal(false);
    const isSharing = computed(() => this.sharing.value.has(id));
    const camera = computed(() => streams.value.camera);
    const screenSound = computed(() => (isSharing.value ? streams.value.screen : null));
    // A client with one video line puts the screen in the camera's place (API §12).
    const screen = computed(() => (isSharing.value ? (screenSound.value ?? camera.value) : null));
    const media: RemoteMedia = { camera, screen, screenSound, quality, isPictureComing };
    const remote: Remote = { streams, quality, isPictureComing, media };
    this.known.set(id, remote);
    return remote;
  }
}
