import { useCallback, useEffect, useRef, useState } from "preact/hooks";

const SHOWN_FOR_MS = 2000;

/** Copy to the clipboard and remember for two seconds how it went. */
export function useCopied(): { readonly outcome: "idle" | "copied" | "failed"; copy(value: string): Promise<boolean> } {
  const [outcome, setOutcome] = useState<"idle" | "copied" | "failed">("idle");
  const timer = useRef(0);
  useEffect(() => () => window.clearTimeout(timer.current), []);
  const copy = useCallback(async (value: string): Promise<boolean> => {
    const worked = await writeClipboard(value);
    setOutcome(worked ? "copied" : "failed");
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => setOutcome("idle"), SHOWN_FOR_MS);
    return worked;
  }, []);
  return { outcome, copy };
}

async function writeClipboard(value: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(value);
    return true;
  } catch {
    // Refused, or a page without https, where navigator.clipboard is missing: a server in one's own network.
    return copyAsKeysDo(value);
  }
}

/** Copy the way Ctrl+C does, with this text instead of what is selected. */
function copyAsKeysDo(value: string): boolean {
  const put = (event: ClipboardEvent): void => {
    event.clipboardData?.setData("text/plain", value);
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  document.addEventListener("copy", put, { capture: true });
  try {
    return document.execCommand("copy");
  } finally {
    document.removeEventListener("copy", put, { capture: true });
  }
}
