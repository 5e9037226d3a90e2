import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Endpoint, Endpoints } from '../../platform/http/index.ts';
import { rooms } from '../../platform/rooms.ts';
import { healthApi } from '../health.ts';
import { systems } from '../systems.ts';
import { page, table } from './markdown.ts';

const root = join(import.meta.dirname, '..', '..');
const KEY = /^(GET|POST|PUT|PATCH|DELETE) \//;

function isEndpoints(value: unknown): value is Endpoints {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.keys(value).length > 0 &&
    Object.keys(value).every((key) => KEY.test(key))
  );
}

/** The endpoint constants that each `api.ts` below exports: found by their form, so that none is forgotten here. */
async function endpointsOf(folder: string): Promise<Endpoints[]> {
  const below = join(root, folder);
  if (!existsSync(below)) return [];
  const files = readdirSync(below, { recursive: true, encoding: 'utf8' }).filter((name) => basename(name) === 'api.ts');
  const exported: Record<string, unknown>[] = await Promise.all(files.map((file) => import(join(below, file))));
  return exported.flatMap((one) => Object.values(one).filter(isEndpoints));
}

function rowsOf(apis: readonly Endpoints[]): string[][] {
  return apis
    .flatMap((api) => Object.entries(api))
    .map(([key, endpoint]: [string, Endpoint]) => {
      const [method = '', url = ''] = key.split(' ');
      return [method, `\`${url}\``, `\`${endpoint.access}\``, endpoint.summary.vi, endpoint.summary.en];
    })
    .sort((a, b) => ((a[1] ?? '') + a[0] < (b[1] ?? '') + b[0] ? -1 : 1));
}

export async function routesPage(): Promise<string> {
  const folders = [...rooms.map((room) => `platform/${room}`), ...systems.map(({ name }) => `systems/${name}`)];
  const sections: string[] = [];
  const add = (title: string, apis: readonly Endpoints[]) => {
    if (apis.length === 0) return;
    sections.push(`## ${title}`, table(['Method', 'URL', 'Access', 'Vietnamese', 'English'], rowsOf(apis)));
  };
  for (const folder of folders) add(folder, await endpointsOf(folder));
  add('server', [healthApi]);
  return page(
    '# HTTP endpoints',
    'Every endpoint, by the room or system that serves it (source: its `api.ts`). Access is a permission, `public` (no ' +
      'log-in), `signed-in` (any user) or `device` (a device’s key); a permission is the coarse check, the rows that it ' +
      'reaches are decided inside the room. The full schemas are in the OpenAPI document of a running platform at ' +
      '`/api/openapi.json`, readable at `/api/docs`. Beside these the server has `/metrics` (loopback only) and the ' +
      'pages of the web front.',
    ...sections,
  );
}
