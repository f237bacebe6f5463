/** Which cameras, microphones and speakers there are, and what was chosen last time. */

export interface DeviceApi {
  enumerateDevices(): Promise<MediaDeviceInfo[]>;
  addEventListener(type: "devicechange", listener: () => void, options: { readonly signal: AbortSignal }): void;
}

/** The part of `localStorage` that is used; it may throw in private windows. */
export interface Store {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

export interface DeviceLists {
  readonly cameras: readonly MediaDeviceInfo[];
  readonly microphones: readonly MediaDeviceInfo[];
  readonly speakers: readonly MediaDeviceInfo[];
}

/** Names are empty until permission is given, so ask again after a capture. */
export async function listDevices(api: DeviceApi | undefined): Promise<DeviceLists> {
  const all = (await api?.enumerateDevices?.().catch(() => [])) ?? [];
  return {
    cameras: all.filter((device) => device.kind === "videoinput"),
    microphones: all.filter((device) => device.kind === "audioinput"),
    speakers: all.filter((device) => device.kind === "audiooutput"),
  };
}

const PREFIX = "onepizza.";

/** Storage that may be forbidden: what cannot be kept is forgotten, nothing breaks. */
export class Memory {
  constructor(private readonly store: () => Store) {}

  get(key: string): string {
    try {
      return this.store().getItem(PREFIX + key) ?? "";
    } catch {
      return "";
    }
  }

  set(key: string, value: string): void {
    try {
      if (value === "") this.store().removeItem(PREFIX + key);
      else this.store().setItem(PREFIX + key, value);
    } catch {
      // A private window or a full store.
    }
  }
}
