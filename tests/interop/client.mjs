// One stock socket.io-client against a server of ours. Runs the scenario named on the command line and prints one line of
// JSON with what it saw; every wait is for an event, and the caller limits the time.
//   node client.mjs <scenario> <address> <transports: default | polling | websocket>
import { io, Manager } from "socket.io-client";

const [scenario, address, transports] = process.argv.slice(2);
const options = { reconnectionDelay: 10, reconnectionDelayMax: 20, forceNew: true };
if (transports !== "default") options.transports = [transports];

const event = (emitter, name) => new Promise((resolve) => emitter.once(name, (...args) => resolve(args)));
const upgraded = async (socket) => {
  if (transports === "default" && socket.io.engine.transport.name !== "websocket") await event(socket.io.engine, "upgrade");
  return socket.io.engine.transport.name;
};

const scenarios = {
  async echo() {
    const socket = io(address, { ...options, auth: { token: "abc" } });
    const [auth] = await event(socket, "auth");
    const transport = await upgraded(socket);
    socket.emit("message", 1, "€ 😀", { 3: [true, null] });
    const [...args] = await event(socket, "message-back");
    const id = socket.id;
    socket.disconnect();
    return { auth, transport, args, hasId: id.length > 10 };
  },
  async binary() {
    const socket = io(address, options);
    await event(socket, "connect");
    await upgraded(socket);
    socket.emit("message", Buffer.from([1, 2, 3]), { deep: [new Uint8Array([4, 5])] });
    const [first, second] = await event(socket, "message-back");
    const [acked] = [await socket.emitWithAck("message-with-ack", Buffer.from([9]))];
    socket.disconnect();
    return { first: [...first], deep: [...second.deep[0]], acked: [...acked] };
  },
  async base64() {
    const socket = io(address, { ...options, forceBase64: true });
    await event(socket, "connect");
    await upgraded(socket);
    const acked = await socket.emitWithAck("message-with-ack", Buffer.from([9]));
    socket.disconnect();
    return { acked: [...acked] };
  },
  async acks() {
    const socket = io(address, options);
    socket.on("question", (value, answer) => answer("you asked", value, Buffer.from([7])));
    await event(socket, "connect");
    const several = await new Promise((resolve) => socket.emit("message-with-ack", 1, "2", (...args) => resolve(args)));
    const asked = await socket.emitWithAck("ask-me", 5);
    socket.disconnect();
    return { several, asked };
  },
  async namespaces() {
    const manager = new Manager(address, options);
    const main = manager.socket("/");
    const custom = manager.socket("/custom", { auth: { n: 1 } });
    const unknown = manager.socket("/unknown");
    const [, [auth], [error]] = await Promise.all([
      event(main, "connect"),
      event(custom, "auth"),
      event(unknown, "connect_error"),
    ]);
    custom.disconnect();
    const answer = await main.emitWithAck("message-with-ack", "still here");
    main.disconnect();
    return { auth, error: error.message, answer };
  },
  async refused() {
    const socket = io(address + "/guarded", { ...options, auth: { token: "wrong" } });
    const [error] = await event(socket, "connect_error");
    socket.auth = { token: "right" };
    socket.connect();
    await event(socket, "connect");
    socket.disconnect();
    return { message: error.message, data: error.data };
  },
  async reconnects() {
    const socket = io(address, options);
    await event(socket, "connect");
    await upgraded(socket);
    const first = socket.id;
    socket.emit("cut-me");
    const [reason] = await event(socket, "disconnect");
    await event(socket, "connect");
    const answer = await socket.emitWithAck("message-with-ack", "again");
    const isOther = socket.id !== first;
    socket.disconnect();
    return { reason, isOther, answer };
  },
  async cutWhileUpgrading() {
    const socket = io(address + "/cut-upgrading", { ...options, reconnection: false });
    const [reason] = await event(socket.io, "close");
    return { reason };
  },
  async disconnected() {
    const socket = io(address, options);
    await event(socket, "connect");
    await upgraded(socket);
    socket.emit("leave-me");
    const [reason] = await event(socket, "disconnect");
    return { reason, active: socket.active };
  },
  async burst() {
    const socket = io(address, options);
    await event(socket, "connect");
    const back = [];
    const all = new Promise((resolve) =>
      socket.on("message-back", (number) => back.push(number) === 500 && resolve()),
    );
    for (let number = 0; number < 500; number++) socket.emit("message", number);
    await all;
    socket.disconnect();
    return { inOrder: back.every((number, index) => number === index) };
  },
  async heartbeat() {
    const socket = io(address, options);
    await event(socket, "connect");
    await upgraded(socket);
    for (let count = 0; count < 3; count++) await event(socket.io, "ping");
    const { connected } = socket;
    socket.disconnect();
    return { connected };
  },
};

// No process.exit: over polling the goodbye is a request that still has to go out.
console.log(JSON.stringify(await scenarios[scenario]()));
