// Rooms of Socket.IO, WebSocket only. Run as `node socketio.mjs PORT` in .cache/bench/node.
// Its best settings, by its own page on performance: bufferutil beside ws, no compression, the
// request of the handshake let go. No sign-in, no storage, no policy.

import { createServer } from "node:http";
import { Server } from "socket.io";

const http = createServer();
const io = new Server(http, {
  transports: ["websocket"],
  perMessageDeflate: false,
  httpCompression: false,
  serveClient: false,
});

io.engine.on("connection", (raw) => {
  raw.request = null;
});

io.on("connection", (socket) => {
  socket.on("join", (room, answer) => {
    socket.join(room);
    answer(room);
  });
  // What one says, everybody in the room gets.
  socket.on("post", (room, body) => {
    io.to(room).emit("message", body);
  });
});

http.listen({ port: Number(process.argv[2]), host: "127.0.0.1", backlog: 2048 });
