// The native part of Amazon's runtime client, in JavaScript. It posts results to the Runtime API. The client imports
// "./rapid-client.node", and Node finds this file under that name.
const { Worker, isMainThread, parentPort } = require("node:worker_threads");

if (isMainThread) {
  const poster = new Worker(__filename);
  poster.unref();
  // Returns only after the result's delivery. To a client that asks for the next event earlier, the emulator repeats an
  // event.
  const post = (path, body) => {
    const delivered = new Int32Array(new SharedArrayBuffer(4));
    poster.postMessage({ path, body, delivered });
    Atomics.wait(delivered, 0, 0);
  };
  module.exports = {
    initializeUserAgent() {},
    done: (id, body) => post(`${id}/response`, body),
    error: (id, body) => post(`${id}/error`, body),
  };
} else {
  const invocations = `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/invocation`;
  parentPort.on("message", async ({ path, body, delivered }) => {
    await fetch(`${invocations}/${path}`, { method: "POST", body });
    Atomics.store(delivered, 0, 1);
    Atomics.notify(delivered, 0);
  });
}
