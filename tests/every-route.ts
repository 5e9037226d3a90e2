/** For the test of rights: calls for every route that is served, made from its own schema and somebody's ids. */
import { topics } from '../platform/live/api.ts';
import { areaA, NOW, type Own, organisationA, type World } from './two-communes.ts';

type Schema = {
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  /** a list: of a tuple */
  items?: Schema | Schema[];
  format?: string;
  pattern?: string;
  minimum?: number;
  minItems?: number;
  minLength?: number;
  default?: unknown;
};
type Parameter = { name: string; in: string; required?: boolean; schema: Schema };
type Operation = { parameters?: Parameter[]; requestBody?: { content: Record<string, { schema: Schema }> } };

export type Route = ReturnType<World['http']['served']>[number];
export type Planned = { route: Route; method: string; path: string; body?: unknown; multipart?: true };

const DAY = 86_400_000;
const day = (daysAgo: number): string => new Date(NOW.getTime() - daysAgo * DAY).toISOString().slice(0, 10);

/** Values by the name of the field, so that what is asked is about commune A and not about nothing. */
function byName(name: string, schema: Schema, { ids }: Own): unknown {
  const isDay = schema.format === 'date';
  const named: Record<string, unknown> = {
    organisationId: organisationA,
    areaCode: areaA,
    area: areaA,
    parent: schema.format === 'uuid' ? undefined : '33',
    entity: ids.station,
    entityId: ids.station,
    entityIds: [ids.station],
    alertId: ids.alert,
    alertIds: [ids.alert],
    caseId: ids.case,
    userId: ids.user,
    photoFileIds: [ids.photo],
    checklistItemId: 'sample',
    subject: `task:${ids.task}`,
    loginName: 'canbo-a',
    from: isDay ? day(20) : new Date(NOW.getTime() - 20 * DAY).toISOString(),
    to: schema.type === 'integer' ? 1 : isDay ? day(0) : new Date(NOW.getTime() + DAY).toISOString(),
    topics: Object.keys(topics).join(','),
    lastEventId: '0-0',
    permissions: ['entity:read'],
    roleCode: 'commune-officer',
    procedureId: 'operations.water',
    level: 'commune',
    next: 'Mật-khẩu-mới-2520',
    dueWithin: 'PT1H',
    for: 'PT30M',
    within: 'PT1H',
    version: 1,
    offset: 0,
    limit: schema.type === 'integer' ? 100 : undefined,
    // A connector's: right in form, so that its rights are what it is judged by.
    url: 'https://example.org/',
    endpoint: 'https://example.org/',
    timeForm: 'iso',
    offsetMinutes: 0,
  };
  return named[name];
}

function make(schema: Schema, own: Own, name = '', whole = true): unknown {
  // A document in OpenAPI writes a constant as a choice of one.
  if (schema.const !== undefined) return schema.const;
  if (schema.enum?.length === 1) return schema.enum[0];
  const given = byName(name, schema, own);
  const fits = schema.pattern === undefined || new RegExp(schema.pattern, 'u').test(String(given));
  const alone = schema.anyOf?.filter((one) => one.type !== 'null') ?? [];
  // A field of this name may be of another form here: its own schema says so.
  if (given !== undefined && fits && alone.length !== 1) return given;
  if (schema.enum) return schema.enum[0];
  if (schema.anyOf) return make(alone[0] ?? {}, own, name, whole);
  const type = Array.isArray(schema.type) ? schema.type.find((one) => one !== 'null') : schema.type;
  if (type === 'object' || schema.properties) {
    const wanted = Object.entries(schema.properties ?? {}).filter(
      ([key]) => whole || schema.required?.includes(key) === true,
    );
    return Object.fromEntries(wanted.map(([key, one]) => [key, make(one, own, key, whole)]));
  }
  if (type === 'array') {
    const { items = {} } = schema;
    if (Array.isArray(items)) return items.map((one) => make(one, own, '', whole));
    return Array.from({ length: Math.max(1, schema.minItems ?? 1) }, () => make(items, own, '', whole));
  }
  if (schema.default !== undefined) return schema.default;
  if (type === 'integer' || type === 'number') return Math.max(1, schema.minimum ?? 1);
  if (type === 'boolean') return false;
  if (schema.format === 'date-time') return NOW.toISOString();
  if (schema.format === 'date') return day(0);
  if (schema.format === 'uuid') return own.ids.user;
  if (schema.format === 'email') return 'thu@example.vn';
  return textFor(schema.pattern).padEnd(schema.minLength ?? 0, '-thử');
}

/** A text that the pattern takes, from a few that fields of this platform ask for. */
function textFor(pattern: string | undefined): string {
  if (pattern === undefined) return 'thử quyền';
  const candidates = [
    'thử quyền',
    'thu-quyen',
    'PA-2026-000001',
    areaA,
    day(0),
    '2026-11',
    '07:30',
    '0912 345 678',
    'thu-quyen-cua-ngoai-dttm',
    'PT1H',
    'entity',
  ];
  return candidates.find((one) => new RegExp(pattern, 'u').test(one)) ?? 'thu-quyen';
}

/** What a parameter of an address may be: A's things, and for names that are no id, what exists. */
function candidates(name: string, { ids }: Own): string[] {
  const known: Record<string, string[]> = {
    itemId: ['verify-station'],
    property: ['cod', 'vn_aqi_hourly'],
    code: ['operations.alerts-raised', 'operations.incidents-opened', 'commune-officer', areaA, 'quoc-khanh'],
    kind: ['entity', 'device', 'initiative', 'consultation'],
    month: ['2026-11'],
    number: ['PA-2026-000001'],
    day: ['2026-11-23'],
  };
  return known[name] ?? [...Object.values(ids), organisationA, 'environment.wastewater.cod-a', 'operations.water'];
}

/** Every call to be made: each route with each of A's things in its address, with few and with all fields. */
export function callsFor(world: World, own: Own): Planned[] {
  const document = world.http.app.swagger() as { paths?: Record<string, Record<string, Operation>> };
  return world.http.served().flatMap((route) => {
    const written = route.url.replace(/:(\w+)/g, '{$1}');
    const operation = document.paths?.[written]?.[route.method.toLowerCase()];
    if (!operation) throw new Error(`${route.method} ${route.url} is not in the API's document`);
    let paths = [route.url];
    for (const [, name = ''] of route.url.matchAll(/:(\w+)/g)) {
      paths = paths.flatMap((path) =>
        candidates(name, own).map((one) => path.replace(`:${name}`, encodeURIComponent(one))),
      );
    }
    const asked = (operation.parameters ?? []).filter((one) => one.in === 'query');
    const needed = asked.filter((one) => one.required);
    const withQuery = (path: string, parameters: Parameter[]): string => {
      const query = new URLSearchParams(
        parameters.map((one) => [one.name, String(make(one.schema, own, one.name))] as [string, string]),
      ).toString();
      return query ? `${path}?${query}` : path;
    };
    // Bare, and with every filter that names A.
    const aboutA = asked.filter((one) => one.required || byName(one.name, one.schema, own) !== undefined);
    // And once with each choice where a field offers some (formats of a file, steps of a curve).
    const choices = asked.flatMap((one) =>
      (one.schema.anyOf ?? []).flatMap((choice) =>
        typeof choice.const === 'string' ? [[...needed, { ...one, schema: choice }]] : [],
      ),
    );
    const addresses = paths.flatMap((path) => [
      ...new Set([needed, aboutA, ...choices].map((parameters) => withQuery(path, parameters))),
    ]);
    const { method } = route;
    const schema = operation.requestBody?.content['application/json']?.schema;
    return addresses.flatMap((path): Planned[] => {
      if (method === 'GET') return [{ route, method, path }];
      if (!schema) {
        const plain: Planned = { route, method, path };
        return method === 'POST' ? [plain, { ...plain, multipart: true }] : [plain];
      }
      const bodies = [false, true].map((whole) => make(schema, own, '', whole) as Record<string, unknown>);
      // What a `type` may be is not said by schemas: a case's, and an entity's.
      const types = schema.properties?.type ? ['incident', 'WastewaterStation'] : [undefined];
      return bodies.flatMap((body) =>
        types.map((type) => ({ route, method, path, body: type ? { ...body, type } : body })),
      );
    });
  });
}
