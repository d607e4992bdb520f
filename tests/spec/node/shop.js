// What the documentation's snippets take for granted: an express app, the shop's own functions, an address to ask.
// Every call of a function of the shop is printed as one line of JSON.
"use strict";
const http = require("node:http");
const { createHmac, timingSafeEqual } = require("node:crypto");

const print = (line) => process.stdout.write(JSON.stringify(line) + "\n");

for (const name of [
  "updateOrderStatus", "fulfillOrder", "handlePaymentCompleted", "handlePaymentFailed", "handlePaymentSuccess",
  "handlePaymentFailure", "handlePaymentCancellation", "handleSessionExpiry",
]) {
  globalThis[name] = (...args) => print({ called: name, with: args });
}
console.log = (...args) => print({ called: "console.log", with: args });
console.error = (...args) => print({ called: "console.error", with: args.map(String) });

// A page's own address stands before a path; here it is our host.
const pageFetch = globalThis.fetch;
globalThis.fetch = (url, options) => pageFetch(new URL(url, process.env.API_BASE), options);
globalThis.window = { location: {} };

globalThis.verifySignature = (payload, signature) => {
  const parts = signature.split(",").map((part) => part.split("="));
  const time = Object.fromEntries(parts).t;
  if (Math.abs(Date.now() / 1000 - time) > 300) return false;
  const good = createHmac("sha256", process.env.WEBHOOK_SECRET).update(`${time}.`).update(payload).digest();
  return parts.some(([name, hex]) => name === "v1" && hex.length === 64 && timingSafeEqual(good, Buffer.from(hex, "hex")));
};

const routes = {};
const raw = Symbol("raw");

function answer(request, response, body) {
  const handlers = request.method === "POST" && routes[request.url];
  response.status = (code) => Object.assign(response, { statusCode: code });
  response.send = (text) => response.end(text);
  if (!handlers) return response.status(404).send("no such route");
  request.body = handlers.includes(raw) ? body : JSON.parse(body);
  return handlers.at(-1)(request, response);
}

const server = http.createServer((request, response) => {
  const pieces = [];
  request.on("data", (piece) => pieces.push(piece));
  request.on("end", () => answer(request, response, Buffer.concat(pieces)));
});

globalThis.express = { raw: () => raw };
globalThis.app = {
  post(path, ...handlers) {
    routes[path] = handlers;
    server.listen(0, "127.0.0.1", () => print({ listening: server.address().port }));
    if (process.env.ENDS_BY_ITSELF) server.unref();
  },
};
