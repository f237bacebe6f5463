/**
 * Return a stream's sound for a context, or null where the browser refuses: Firefox takes no sound of another sample
 * rate than the context's (a headset that came later), and that must not cost anybody more than this one voice.
 */
export function sourceOf(context: AudioContext, stream: MediaStream): MediaStreamAudioSourceNode | null {
  try {
    return context.createMediaStreamSource(stream);
  } catch {
    return null;
  }
}
