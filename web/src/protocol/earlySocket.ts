/** The socket that a join page opens before its code has come (`early.ts`), handed to Engine.IO's transport. */
import { WebSocket as SocketTransport } from "socket.io-client";
import type { Early, EarlyPage } from "./early";

/** The transport's first connection is the one that is on its way already; every later one is its own. */
export class EarlyWebSocket extends SocketTransport {
  private isConnectSaid = false;

  override createSocket(uri: string, protocols: string | string[] | undefined, options: Record<string, unknown>) {
    const early = takeEarly();
    const isUsable = early?.socket.url === uri && early.socket.readyState <= WebSocket.OPEN;
    if (!early || !isUsable) {
      early?.socket.close();
      return super.createSocket(uri, protocols, options);
    }
    this.isConnectSaid = early.messages.length > 0;
    // The transport listens as soon as it has the socket, and then hears what it missed.
    queueMicrotask(() => {
      if (early.socket.readyState === WebSocket.OPEN) early.socket.onopen?.(new Event("open"));
      for (const data of early.messages) early.socket.onmessage?.(new MessageEvent("message", { data }));
    });
    return early.socket;
  }

  override doWrite(...written: Parameters<SocketTransport["doWrite"]>): void {
    // A second CONNECT to the same namespace would end the connection.
    if (this.isConnectSaid && written[1] === CONNECT) this.isConnectSaid = false;
    else super.doWrite(...written);
  }
}

/** Engine.IO's "message" with Socket.IO's CONNECT to the main namespace. */
const CONNECT = "40";

function takeEarly(): Early | null {
  const page = globalThis as EarlyPage;
  const early = page.onepizzaEarly ?? null;
  page.onepizzaEarly = undefined;
  return early;
}
