/** What the senders of one connection may take of the upload. */
import { type Share, sameShare } from "./budget";
import type { SlotName } from "./transport";

export class SenderLimits {
  /** What every sender has. */
  private set: Share | null = null;
  private isSetting = false;

  constructor(private wanted: Share | null = null) {}

  /** The same limits for a connection in this one's place. */
  renewed(): SenderLimits {
    return new SenderLimits(this.wanted);
  }

  limit(share: Share): void {
    this.wanted = share;
  }

  /** What the sender of a new line begins with: setting it later costs a wait for the browser's media threads. */
  firstOf(slot: SlotName): RTCRtpEncodingParameters[] | undefined {
    return this.wanted ? [encodingOf(slot, this.wanted)] : undefined;
  }

  /** Every line there is was added by this side. */
  areMine(): void {
    this.set = this.wanted;
  }

  /** The lines are the other side's, and their senders know no limits. */
  areTheirs(): void {
    this.set = null;
  }

  /** One after the other: of two settings at once Chromium refuses one, and not always the older. */
  async apply(senderOf: (slot: SlotName) => RTCRtpSender | undefined): Promise<void> {
    if (this.isSetting) return;
    this.isSetting = true;
    while (this.wanted && !sameShare(this.set, this.wanted)) {
      const share = this.wanted;
      this.set = share;
      if (!(await changeSenders(share, senderOf))) {
        // Not tried again at once: what refused it now may refuse it for ever.
        this.set = null;
        break;
      }
    }
    this.isSetting = false;
  }
}

/** What a share means for the sender of one line. */
function encodingOf(slot: SlotName, share: Share): RTCRtpEncodingParameters {
  switch (slot) {
    case "camera":
      return {
        active: share.isCameraSent,
        maxBitrate: share.cameraBps,
        maxFramerate: share.cameraMaxFps,
        scaleResolutionDownBy: share.cameraScaleDownBy,
      };
    case "screen":
      return { maxBitrate: share.screenBps };
    case "microphone":
      return { priority: "high", networkPriority: "high" };
    case "screenAudio":
      return {};
  }
}

/**
 * Applies a share to the senders of one pair; a sender that is not negotiated yet is left for the next call.
 *
 * @returns whether every one of them took it.
 */
export async function changeSenders(
  share: Share,
  senderOf: (slot: SlotName) => RTCRtpSender | undefined,
): Promise<boolean> {
  const slots: readonly SlotName[] = ["camera", "screen", "microphone"];
  const taken = await Promise.all(slots.map((slot) => change(senderOf(slot), encodingOf(slot, share))));
  return taken.every(Boolean);
}

async function change(sender: RTCRtpSender | undefined, wanted: RTCRtpEncodingParameters): Promise<boolean> {
  const parameters = sender?.getParameters();
  const encoding = parameters?.encodings?.[0];
  if (!sender || !parameters || !encoding) return true;
  Object.assign(encoding, wanted);
  return sender.setParameters(parameters).then(
    () => true,
    () => false,
  );
}
