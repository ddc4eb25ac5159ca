// A whole network of the AT protocol (directory, data server, view of the app) on loopback, until it is told to stop.
// Runs in the folder in which @atproto/dev-env is installed; DB_POSTGRES_URL and REDIS_HOST say what it stands on.
import net from "node:net";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (...args) {
  // it would listen to everybody otherwise
  if (typeof args[0] === "number") args.splice(1, typeof args[1] === "string" ? 1 : 0, "127.0.0.1");
  else if (args[0] && typeof args[0] === "object" && "port" in args[0]) args[0] = { ...args[0], host: "127.0.0.1" };
  return listen.apply(this, args);
};

const place = createRequire(`${process.cwd()}/`).resolve("@atproto/dev-env");
const { TestNetwork } = await import(pathToFileURL(place).href);
const network = await TestNetwork.create({ dbPostgresSchema: process.env.SCHEMA, pds: {}, bsky: {}, plc: {} });
console.log(`READY ${JSON.stringify({ pds: network.pds.url })}`);
process.on("SIGTERM", () => network.close().finally(() => process.exit(0)));
