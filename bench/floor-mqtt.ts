/** The floor of `ingest-mqtt`: aedes alone, every message acknowledged and thrown away. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { Aedes } from 'aedes';

const broker = await Aedes.createBroker();
const server = createServer((socket) => broker.handle(socket));
server.listen(Number(process.env.FLOOR_PORT), '127.0.0.1');
await once(server, 'listening');
process.send?.('ready');
process.on('disconnect', () => process.exit(0));
