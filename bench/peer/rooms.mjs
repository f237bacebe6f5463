// The peer of the meeting rooms: what a competent Node developer writes with socket.io for the same job.
// WebSocket only, no compression, payloads checked and rebuilt, broadcasts encoded once by the adapter.
import { randomBytes, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { Server } from 'socket.io';

const MAX_NAME = 64;
const MAX_CHAT = 2000;
const MAX_SDP = 64 * 1024;
const MAX_PARTICIPANTS = 50;

const http = createServer();
const io = new Server(http, {
  transports: ['websocket'],
  perMessageDeflate: false,
  serveClient: false,
  maxHttpBufferSize: 128 * 1024,
  pingInterval: 10_000,
  pingTimeout: 10_000,
});

// socket.io's own advice on memory use: the HTTP request of the handshake is not needed any more.
io.engine.on('connection', (rawSocket) => {
  rawSocket.request = null;
});

/** meetingId -> Map of participantId -> { socket, name, joinedAt } */
const rooms = new Map();

const isText = (value, max) => typeof value === 'string' && value.length >= 1 && value.length <= max;

const refuse = (socket, ack, code, message) => {
  socket.emit('error', { code, message });
  if (typeof ack === 'function') ack({ error: message, code });
};

const accept = (ack) => {
  if (typeof ack === 'function') ack({ ok: true });
};

function join(socket, payload, ack) {
  if (socket.data.seat !== undefined) return refuse(socket, ack, 'already_joined', 'Already joined');
  if (typeof payload !== 'object' || payload === null || !isText(payload.meetingId, 64) || !isText(payload.name, MAX_NAME)) {
    return refuse(socket, ack, 'invalid_request', 'meetingId and name are needed');
  }
  const { meetingId, name } = payload;
  let room = rooms.get(meetingId);
  if (room === undefined) rooms.set(meetingId, (room = new Map()));
  if (room.size >= MAX_PARTICIPANTS) return refuse(socket, ack, 'room_full', 'The meeting is full');
  const participantId = randomBytes(12).toString('hex');
  const joinedAt = Date.now();
  const participants = [...room].map(([id, seat]) => ({ participantId: id, name: seat.name, joinedAt: seat.joinedAt }));
  socket.emit('joined', { participantId, participants });
  socket.to(meetingId).emit('participant:joined', { participantId, name, joinedAt });
  room.set(participantId, { socket, name, joinedAt });
  socket.join(meetingId);
  socket.data.seat = { meetingId, room, participantId, name };
  accept(ack);
}

function chat(socket, payload, ack) {
  const { seat } = socket.data;
  if (seat === undefined) return refuse(socket, ack, 'not_joined', 'Join a meeting first');
  const text = payload?.text;
  if (!isText(text, MAX_CHAT)) return refuse(socket, ack, 'invalid_request', 'text must have 1 to 2000 characters');
  io.to(seat.meetingId).emit('chat:message', {
    from: seat.participantId,
    name: seat.name,
    text,
    timestamp: Date.now(),
    messageId: randomUUID(),
  });
  accept(ack);
}

function offer(socket, payload, ack) {
  const { seat } = socket.data;
  if (seat === undefined) return refuse(socket, ack, 'not_joined', 'Join a meeting first');
  const target = typeof payload?.to === 'string' ? seat.room.get(payload.to) : undefined;
  if (target === undefined || target.socket === socket) {
    return refuse(socket, ack, 'participant_not_found', 'No such participant');
  }
  const description = payload.offer;
  if (description?.type !== 'offer' || !isText(description.sdp, MAX_SDP)) {
    return refuse(socket, ack, 'invalid_request', 'offer must be a session description');
  }
  target.socket.emit('signal:offer', {
    from: seat.participantId,
    offer: { type: description.type, sdp: description.sdp },
  });
  accept(ack);
}

function leave(socket) {
  const { seat } = socket.data;
  if (seat === undefined) return;
  seat.room.delete(seat.participantId);
  if (seat.room.size === 0) rooms.delete(seat.meetingId);
  io.to(seat.meetingId).emit('participant:left', { participantId: seat.participantId });
}

io.on('connection', (socket) => {
  socket.on('join-meeting', (payload, ack) => join(socket, payload, ack));
  socket.on('chat:message', (payload, ack) => chat(socket, payload, ack));
  socket.on('signal:offer', (payload, ack) => offer(socket, payload, ack));
  socket.on('disconnect', () => leave(socket));
});

// Only when started with --expose-gc, for the measurement of memory.
process.on('SIGUSR2', () => globalThis.gc?.());

http.listen(Number(process.env.PORT), '127.0.0.1');
