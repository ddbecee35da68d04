// Loaded into a server before its first line (node --import): tells of every connection that it opens by itself.
import dgram from 'node:dgram';
import dns from 'node:dns';
import net from 'node:net';

const tell = (what, to) => process.stderr.write(`OUTGOING ${what} ${JSON.stringify(to)}\n`);

const { connect } = net.Socket.prototype;
net.Socket.prototype.connect = function told(...args) {
  const [first] = Array.isArray(args[0]) ? args[0] : args;
  tell('connection', { host: first?.host, port: first?.port ?? first, path: first?.path });
  return connect.apply(this, args);
};
for (const name of ['lookup', 'resolve', 'resolve4', 'resolve6']) {
  const original = dns[name];
  dns[name] = (host, ...rest) => {
    // What it listens on by itself is no name of anybody.
    if (!net.isIP(host)) tell('name', host);
    return original(host, ...rest);
  };
}
const { createSocket } = dgram;
dgram.createSocket = (...args) => {
  tell('datagram', args[0]);
  return createSocket(...args);
};
