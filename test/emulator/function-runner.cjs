// Runs one function asset as Lambda's Node.js runtime does, in a process of its own; function-process.ts starts it and
// talks to it over the process channel. CommonJS, since a child of node cannot load TypeScript.
const [directory, handlerName] = process.argv.slice(2);
const dot = handlerName.lastIndexOf('.');
const { [handlerName.slice(dot + 1)]: handler } = require(`${directory}/${handlerName.slice(0, dot)}.js`);
if (typeof handler !== 'function') throw new Error(`${directory} exports no handler ${handlerName}`);

process.on('message', async ({ event, context, deadline }) => {
  const answer = await Promise.resolve()
    .then(() => handler(event, { ...context, getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()) }))
    .then(
      (value) => ({ value }),
      (error) => ({
        error: { name: error?.name ?? 'Error', message: String(error?.message ?? error), stack: error?.stack },
      }),
    );
  process.send(answer);
});
process.send({ ready: true });
