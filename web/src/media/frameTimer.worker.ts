/** Ticks for a page that may be hidden: browsers slow down the timers of hidden pages, and not those of their workers. */

let timer: ReturnType<typeof setInterval> | undefined;

/** Milliseconds between ticks, or 0 to stop. */
addEventListener("message", ({ data }: MessageEvent<number>) => {
  clearInterval(timer);
  if (data > 0) timer = setInterval(() => postMessage(0), data);
});
