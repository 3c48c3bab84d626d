// The mqtt client for Node as a peer: `peer.mjs pub …` and `peer.mjs sub …`, as ../README.md tells.

import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import mqtt from "mqtt";

const text = { type: "string" };
const flag = { type: "boolean" };
const { values: asked, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    port: text, cafile: text, user: text, password: text, id: text, keep: flag,
    "will-topic": text, "will-payload": text,
    topic: text, qos: text, count: text, message: text, retain: flag,
  },
});
const qos = Number(asked.qos);
let left = Number(asked.count);

const client = mqtt.connect({
  host: "127.0.0.1",
  port: Number(asked.port),
  protocol: asked.cafile ? "mqtts" : "mqtt",
  ca: asked.cafile && readFileSync(asked.cafile),
  username: asked.user,
  password: asked.password,
  clientId: asked.id,
  clean: !asked.keep,
  protocolVersion: 4, // that is MQTT 3.1.1
  reconnectPeriod: 0,
  will: asked["will-topic"] && {
    topic: asked["will-topic"], payload: asked["will-payload"], qos: 1,
  },
});

client.on("connect", async ({ sessionPresent }) => {
  if (positionals[0] === "pub") {
    await client.publishAsync(asked.topic, asked.message, { qos, retain: asked.retain });
    client.end();
    return;
  }
  console.log(`connected ${Number(sessionPresent)}`);
  await client.subscribeAsync(asked.topic, { qos });
  console.log("ready");
  if (left === 0) client.end();
});

client.on("message", (topic, payload, packet) => {
  console.log(`${Number(packet.retain)} ${topic} ${payload} ${packet.qos}`);
  left -= 1;
  if (left === 0) client.end();
});

client.on("error", (error) => {
  if (typeof error.code === "number") console.log(`refused ${error.code}`);
  else console.error(error.message);
  process.exitCode = 1;
  client.end(true);
});
