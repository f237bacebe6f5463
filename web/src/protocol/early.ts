/**
 * Opens the socket while the rest of the page is still on its way, and says Socket.IO's CONNECT with Engine.IO's
 * greeting: when the code has come, a seat can be asked for at once. `earlySocket.ts` takes it over.
 *
 * It stands in the page itself (`tools/earlyScript.ts`), so it imports nothing.
 */
export interface Early {
  readonly socket: WebSocket;
  /** What came before anybody listened; once something has, CONNECT is sent. */
  readonly messages: unknown[];
}

/** Where the page finds it. */
export interface EarlyPage {
  onepizzaEarly?: Early | undefined;
}

const socket = new WebSocket(`${location.origin.replace(/^http/u, "ws")}/socket.io/?EIO=4&transport=websocket`);
const messages: unknown[] = [];
socket.onmessage = ({ data }) => {
  if (messages.push(data) === 1) socket.send("40");
};
(globalThis as EarlyPage).onepizzaEarly = { socket, messages };
