// Opens the socket while the rest of the page is still on its way; `protocol/earlySocket.ts` takes it over.
(() => {
  const socket = new WebSocket(`${location.origin.replace(/^http/u, "ws")}/socket.io/?EIO=4&transport=websocket`);
  const messages = [];
  socket.onmessage = ({ data }) => messages.push(data);
  window.onepizzaEarly = { socket, messages };
})();
