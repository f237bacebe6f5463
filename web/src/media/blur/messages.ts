/** What the page and the blurring worker say to each other. */

export type ToWorker =
  | {
      readonly kind: "start";
      readonly id: number;
      readonly frames: ReadableStream<VideoFrame>;
      readonly into: WritableStream<VideoFrame>;
    }
  /** The frames have ended by themselves; nothing is to be answered for this id any more. */
  | { readonly kind: "forget"; readonly id: number };

export type FromWorker =
  | { readonly kind: "first"; readonly id: number }
  | { readonly kind: "failed"; readonly id: number; readonly problem: string };
