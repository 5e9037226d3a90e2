import type { Alerts } from '../alerts/index.ts';
import type { Context } from '../context/index.ts';
import { type Db, inTransaction } from '../database/index.ts';
import type { Connectors } from '../ingest/index.ts';
import { systemPrincipal, visible } from '../rights/index.ts';
import { silentAfterMs } from '../rules/index.ts';

type Connector = Awaited<ReturnType<Connectors['list']>>[number];

const principal = systemPrincipal('sources', ['device:manage', 'alert:read']);
const keyOf = (id: string): string => `connector:${id}`;

/**
 * A connector that brought nothing new for three of its promised intervals (five minutes at least) raises an alert without
 * anyone writing a rule, as a station does. It counts only where the platform did ask after that time: what was not asked
 * is not silent. The alert is of the first of its entities. @returns how many are silent
 */
export async function lookForSilentConnectors(options: {
  db: Db;
  connectors: Pick<Connectors, 'list'>;
  alerts: Pick<Alerts, 'change' | 'find'>;
  context: Pick<Context, 'read'>;
  now: () => Date;
}): Promise<number> {
  const { db, connectors, alerts, context, now } = options;
  const silent = (await connectors.list(visible(principal, 'device:manage'))).filter(isSilent);
  const query = { source: 'connector', condition: 'on', limit: 500 } as const;
  const open = await alerts.find(visible(principal, 'alert:read'), query);
  const said = new Set(open.items.map(({ key }) => key));
  const still = new Set(silent.map(({ id }) => keyOf(id)));
  const over = open.items.filter(({ key }) => !still.has(key));
  const fallen = silent.filter(({ id }) => !said.has(keyOf(id)));
  if (over.length === 0 && fallen.length === 0) return silent.length;
  await inTransaction(db, async (tx) => {
    const entities = await context.read(
      tx,
      fallen.flatMap(({ definition }) => definition.entityIds.slice(0, 1)),
    );
    await alerts.change(tx, [
      ...over.map(({ key }) => ({ clear: key, at: now() })),
      ...fallen.flatMap((one) => {
        const entity = entities.get(one.definition.entityIds[0] ?? '');
        return entity ? [{ raise: silence(one, entity.id, entity.provenance) }] : [];
      }),
    ]);
  });
  return silent.length;
}

const since = ({ deliveredAt, createdAt }: Connector): Date => deliveredAt ?? createdAt;

function isSilent(one: Connector): boolean {
  const asked = one.lastRun?.endedAt ?? null;
  if (!one.active || asked === null) return false;
  return asked.getTime() - since(one).getTime() > silentAfterMs(one.definition.promisedMinutes * 60_000);
}

type Raise = Extract<Parameters<Alerts['change']>[1][number], { raise: unknown }>['raise'];

function silence(one: Connector, entityId: string, provenance: Raise['provenance']): Raise {
  const { name, promisedMinutes } = one.definition;
  const why = one.lastRun?.problem ?? {
    vi: 'Nguồn trả lời nhưng không có gì mới.',
    en: 'It answers with nothing new.',
  };
  return {
    key: keyOf(one.id),
    source: 'connector',
    entityId,
    title: { vi: `Cầu nối không có số liệu mới: ${name}`, en: `Connector brings nothing new: ${name}` },
    text: {
      vi: `Cầu nối “${name}” cam kết có số liệu mới mỗi ${promisedMinutes} phút. ${why.vi}`,
      en: `Connector “${name}” promised new data every ${promisedMinutes} minutes. ${why.en}`,
    },
    severity: 2,
    happenedAt: since(one),
    ...(one.lastRun?.endedAt ? { lastAt: one.lastRun.endedAt } : {}),
    areaCode: one.areaCode,
    organisationId: one.organisationId,
    provenance,
  };
}
