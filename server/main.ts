// Plain JavaScript on purpose: an older Node must be able to read this file far enough to say why it stops.
const required = 24;
if (Number(process.versions.node.split('.')[0]) < required) {
  process.stderr.write(
    `Concord needs Node ${required} or newer and found ${process.versions.node}; after "npm install", "npm start" brings its own.\n`,
  );
  process.exitCode = 1;
} else {
  import('./start.ts').then(({ start }) => start());
}
