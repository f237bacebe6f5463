/** The socket that a join page opens before its code has come (`public/early.js`), handed to Engine.IO's transport. */
import { WebSocket as SocketTransport } from "socket.io-client";

interface Early {
  readonly socket: WebSocket;
  /** What came before anybody listened. */
  readonly messages: readonly unknown[];
}

/** The transport's first connection is the one that is on its way already; every later one is its own. */
export class EarlyWebSocket extends SocketTransport {
  override createSocket(uri: string, protocols: string | string[] | undefined, options: Record<string, unknown>) {
    const early = takeEarly();
    const isUsable = early?.socket.url === uri && early.socket.readyState <= WebSocket.OPEN;
    if (!early || !isUsable) {
      early?.socket.close();
      return super.createSocket(uri, protocols, options);
    }
    // The transport listens as soon as it has the socket, and then hears what it missed.
    queueMicrotask(() => {
      if (early.socket.readyState === WebSocket.OPEN) early.socket.onopen?.(new Event("open"));
      for (const data of early.messages) early.socket.onmessage?.(new MessageEvent("message", { data }));
    });
    return early.socket;
  }
}

function takeEarly(): Early | null {
  const page = globalThis as { onepizzaEarly?: Early | undefined };
  const early = page.onepizzaEarly ?? null;
  page.onepizzaEarly = undefined;
  return early;
}
