// The peer of the bare package: socket.io with nothing around it, no checks and no rebuilt payloads.
import { createServer } from 'node:http';
import { Server } from 'socket.io';

const http = createServer();
const io = new Server(http, {
  transports: ['websocket'],
  perMessageDeflate: false,
  serveClient: false,
  pingInterval: 10_000,
  pingTimeout: 10_000,
});

io.engine.on('connection', (rawSocket) => {
  rawSocket.request = null;
});

io.on('connection', (socket) => {
  socket.on('join-meeting', ({ meetingId }) => {
    socket.data.meetingId = meetingId;
    socket.join(meetingId);
    socket.emit('joined', { participantId: socket.id });
  });
  socket.on('chat:message', (payload) => io.to(socket.data.meetingId).emit('chat:message', payload));
  socket.on('signal:offer', ({ to, offer }) => io.sockets.sockets.get(to).emit('signal:offer', { from: socket.id, offer }));
  socket.on('echo', (payload) => socket.emit('echo', payload));
});

process.on('SIGUSR2', () => globalThis.gc?.());

http.listen(Number(process.env.PORT), '127.0.0.1');
