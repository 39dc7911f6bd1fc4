// Talks to an endpoint in all ways that RSocket has. Usage: node client.js tcp|ws PORT. Says OK, or fails.
const assert = require("node:assert/strict");
const { RSocketConnector } = require("rsocket-core");
const { TcpClientTransport } = require("rsocket-tcp-client");
const { WebsocketClientTransport } = require("rsocket-websocket-client");
const {
  WellKnownMimeType,
  encodeBearerAuthMetadata,
  encodeCompositeMetadata,
  encodeRoute,
  encodeSimpleAuthMetadata,
} = require("rsocket-composite-metadata");
const WebSocket = require("ws");

const [kind, port] = process.argv.slice(2);

function metadata(route, authentication) {
  const entries = route ? [[WellKnownMimeType.MESSAGE_RSOCKET_ROUTING, encodeRoute(route)]] : [];
  if (authentication) {
    entries.push([WellKnownMimeType.MESSAGE_RSOCKET_AUTHENTICATION, authentication]);
  }
  return encodeCompositeMetadata(entries);
}

function payload(route, data, authentication) {
  return { data: Buffer.from(JSON.stringify(data)), metadata: metadata(route, authentication) };
}

function requestResponse(socket, request) {
  return new Promise((resolve, reject) =>
    socket.requestResponse(request, {
      onError: reject,
      onNext: (reply) => resolve(JSON.parse(reply.data.toString())),
      onComplete: () => resolve(undefined),
      onExtension: () => {},
    })
  );
}

function fireAndForget(socket, request) {
  return new Promise((resolve, reject) => socket.fireAndForget(request, { onError: reject, onComplete: resolve }));
}

/** Requests the first n, and then one after the other until there are enough; then it cancels. */
function requestStream(socket, request, n, enough) {
  return new Promise((resolve, reject) => {
    const got = [];
    const stream = socket.requestStream(request, n, {
      onError: reject,
      onNext: (element, isComplete) => {
        got.push(JSON.parse(element.data.toString()));
        if (isComplete) {
          resolve(got);
        } else if (got.length === enough) {
          stream.cancel();
          resolve(got);
        } else if (got.length >= n) {
          stream.request(1);
        }
      },
      onComplete: () => resolve(got),
      onExtension: () => {},
    });
  });
}

/** Sends as much as is requested. */
function requestChannel(socket, requests) {
  return new Promise((resolve, reject) => {
    const got = [];
    let next = 1;
    const channel = socket.requestChannel(requests[0], 2147483647, requests.length === 1, {
      onError: reject,
      onNext: (element, isComplete) => {
        got.push(JSON.parse(element.data.toString()));
        if (isComplete) {
          resolve(got);
        }
      },
      onComplete: () => resolve(got),
      onExtension: () => {},
      cancel: () => {},
      request: (n) => {
        for (; n > 0 && next < requests.length; n--) {
          const element = requests[next++];
          channel.onNext(element, next === requests.length);
        }
      },
    });
  });
}

async function rejected(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("not rejected");
}

async function connect(authentication) {
  const transport =
    kind === "tcp"
      ? new TcpClientTransport({ connectionOptions: { host: "127.0.0.1", port: Number(port) } })
      : new WebsocketClientTransport({
          url: `ws://127.0.0.1:${port}/`,
          wsCreator: (url) => new WebSocket(url),
        });
  return new RSocketConnector({
    setup: {
      dataMimeType: "application/json",
      metadataMimeType: "message/x.rsocket.composite-metadata.v0",
      keepAlive: 10000,
      lifetime: 60000,
      payload: authentication && { data: null, metadata: metadata(null, authentication) },
    },
    transport,
  }).connect();
}

async function main() {
  const tea = { item: "tea", amount: 3 };
  const socket = await connect(encodeSimpleAuthMetadata("ann", "secret"));

  const receipt = { item: "tea", price: 6, user: "ann", trace: "" };
  assert.deepEqual(await requestResponse(socket, payload("orders.place", tea)), receipt);
  assert.deepEqual(
    await requestResponse(socket, payload("orders.place", tea, encodeBearerAuthMetadata("token"))),
    { ...receipt, user: "bearer" }
  );

  await fireAndForget(socket, payload("orders.log", tea));

  assert.deepEqual(await requestStream(socket, payload("orders.flow", { from: 1, count: 5 }), 2, 100), [1, 2, 3, 4, 5]);
  assert.deepEqual(await requestStream(socket, payload("orders.flow", { from: 1, count: 1000000 }), 2, 3), [1, 2, 3]);

  const places = [];
  for (let i = 0; i < 300; i++) {
    places.push(i === 0 ? payload("orders.process", { item: "a", amount: i }) : { data: Buffer.from(JSON.stringify({ item: "a", amount: i })) });
  }
  const receipts = await requestChannel(socket, places);
  assert.deepEqual(receipts.map((r) => r.price), places.map((_, i) => 2 * i));

  // APPLICATION_ERROR, INVALID, REJECTED
  assert.equal((await rejected(requestResponse(socket, payload("nowhere", tea)))).code, 0x201);
  assert.equal((await rejected(requestResponse(socket, payload("orders.place", "no order")))).code, 0x204);
  const guess = encodeBearerAuthMetadata("guess");
  assert.equal((await rejected(requestResponse(socket, payload("orders.place", tea, guess)))).code, 0x202);

  assert.deepEqual(await requestResponse(socket, payload("orders.place", tea)), receipt);
  socket.close();
  console.log("OK");
}

main().then(
  () => process.exit(0),
  (error) => {
    console.error(error);
    process.exit(1);
  }
);
