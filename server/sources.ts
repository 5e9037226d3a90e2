/** The figures that indicators are made of, each with its rows: what the rooms hold, counted within the reader's rights. */
import { type RawBuilder, sql } from 'kysely';
import type { Platform } from '../platform/declaration/index.ts';
import type { Indicators } from '../platform/indicators/index.ts';
import { type Permission, type Principal, visible } from '../platform/rights/index.ts';
import type { Text } from '../platform/words/index.ts';

type Source = Parameters<Indicators['registerSource']>[0];

const HOUR = 3_600_000;

/** A source that counts rows of one protected table. */
function counted(
  platform: Platform,
  given: {
    name: string;
    title: Text;
    table: 'alerts' | 'cases';
    permission: Permission;
    time: string;
    also?: RawBuilder<unknown>;
    columns: { key: string; title: Text; sql: RawBuilder<unknown> }[];
  },
): Source {
  const { db } = platform;
  const where = (principal: Principal, period: { from: Date; to: Date }, areaCode?: string) => {
    const rights = visible(principal, given.permission).where({ area: 'area_code', organisation: 'organisation_id' });
    return sql`from ${sql.table(given.table)} where ${rights} and ${sql.ref(given.time)} >= ${period.from}
      and ${sql.ref(given.time)} < ${period.to} ${given.also ?? sql``}
      ${areaCode ? sql`and area_code = ${areaCode}` : sql``}`;
  };
  return {
    name: given.name,
    title: given.title,
    unit: '',
    async figure(principal, period, areaCode) {
      const found = await sql<{ n: number }>`select count(*)::int as n ${where(principal, period, areaCode)}`.execute(
        db,
      );
      return found.rows[0]?.n ?? 0;
    },
    async rows(principal, period, areaCode, page) {
      const base = where(principal, period, areaCode);
      const columns = sql.join(given.columns.map((column) => sql`${column.sql} as ${sql.ref(column.key)}`));
      const [rows, total] = await Promise.all([
        sql<Record<string, string | number | null>>`select ${columns} ${base}
          order by ${sql.ref(given.time)} desc, id limit ${page.limit} offset ${page.offset}`.execute(db),
        sql<{ n: number }>`select count(*)::int as n ${base}`.execute(db),
      ]);
      return {
        columns: given.columns.map(({ key, title }) => ({ key, title })),
        items: rows.rows,
        total: total.rows[0]?.n ?? 0,
      };
    },
  };
}

const iso = (column: string) => sql`to_char(${sql.ref(column)} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`;

/** Hours of the hourly VN_AQI within the period, one row a station. */
function airHours(platform: Platform, name: string, title: Text, counts: (index: number) => boolean): Source {
  const read = async (principal: Principal, period: { from: Date; to: Date }, areaCode?: string) => {
    const rights = visible(principal, 'entity:read');
    const { items } = await platform.context.find(rights, {
      type: 'AirQualityStation',
      limit: 5000,
      ...(areaCode ? { areaCodes: [areaCode] } : {}),
    });
    // Replayed stations tell of another place and time: they never enter a figure of the province.
    const stations = items.filter((one) => one.provenance !== 'replayed');
    const to = new Date(Math.min(period.to.getTime(), platform.now().getTime() + HOUR));
    const rows = await platform.history.buckets(
      rights,
      stations.map((one) => one.id),
      ['vn_aqi_hourly'],
      'hour',
      period.from,
      to,
    );
    return stations.map((station) => {
      const hours = rows.filter((row) => row.entityId === station.id && row.mean !== null && counts(row.mean));
      return { station: station.name, hours: hours.length, provenance: station.provenance };
    });
  };
  return {
    name,
    title,
    unit: '',
    async figure(principal, period, areaCode) {
      const rows = await read(principal, period, areaCode);
      return rows.reduce((sum, row) => sum + row.hours, 0);
    },
    async rows(principal, period, areaCode, page) {
      const rows = await read(principal, period, areaCode);
      return {
        columns: [
          { key: 'station', title: { vi: 'Trạm', en: 'Station' } },
          { key: 'hours', title: { vi: 'Số giờ', en: 'Hours' } },
          { key: 'provenance', title: { vi: 'Nguồn số liệu', en: 'Source of the data' } },
        ],
        items: rows.slice(page.offset, page.offset + page.limit),
        total: rows.length,
      };
    },
  };
}

/** The sum of an observed property over the period, one row an entity, for each that is rolled up by its sum. */
function observedSum(platform: Platform, type: string, property: string, title: Text, unit: string): Source {
  const read = async (principal: Principal, period: { from: Date; to: Date }, areaCode?: string) => {
    const rights = visible(principal, 'entity:read');
    const { items } = await platform.context.find(rights, {
      type,
      limit: 5000,
      ...(areaCode ? { areaCodes: [areaCode] } : {}),
    });
    // Replayed entities tell of another place and time: they never enter a figure of the province.
    const own = items.filter((one) => one.provenance !== 'replayed');
    const ids = own.map((one) => one.id);
    const days = await platform.history.buckets(rights, ids, [property], 'day', period.from, period.to);
    const byEntity = Map.groupBy(days, (one) => one.entityId);
    return own.flatMap(({ id, name, provenance }) => {
      const measured = (byEntity.get(id) ?? []).filter((one) => one.mean !== null);
      if (measured.length === 0) return [];
      const sum = measured.reduce((total, one) => total + (one.mean ?? 0) * one.n, 0);
      return [{ entity: name, sum, days: measured.length, provenance }];
    });
  };
  return {
    name: `${type}.${property}`,
    title,
    unit,
    async figure(principal, period, areaCode) {
      const rows = await read(principal, period, areaCode);
      return rows.length === 0 ? null : rows.reduce((total, row) => total + row.sum, 0);
    },
    async rows(principal, period, areaCode, page) {
      const rows = await read(principal, period, areaCode);
      return {
        columns: [
          { key: 'entity', title: { vi: 'Đối tượng', en: 'Entity' } },
          { key: 'sum', title, unit },
          { key: 'days', title: { vi: 'Số ngày có số liệu', en: 'Days with data' } },
          { key: 'provenance', title: { vi: 'Nguồn số liệu', en: 'Source of the data' } },
        ],
        items: rows.slice(page.offset, page.offset + page.limit),
        total: rows.length,
      };
    },
  };
}

/** Names every source; before `indicators.prepare()`. */
export function registerSources(platform: Platform, indicators: Indicators): void {
  const alertColumns = [
    { key: 'title', title: { vi: 'Cảnh báo', en: 'Alert' }, sql: sql`title->>'vi'` },
    { key: 'entity', title: { vi: 'Đối tượng', en: 'Entity' }, sql: sql`entity_name` },
    { key: 'severity', title: { vi: 'Mức', en: 'Severity' }, sql: sql`severity` },
    { key: 'happenedAt', title: { vi: 'Xảy ra', en: 'Happened' }, sql: iso('happened_at') },
    { key: 'acknowledgedAt', title: { vi: 'Nhận xử lý', en: 'Acknowledged' }, sql: iso('acknowledged_at') },
    { key: 'provenance', title: { vi: 'Nguồn số liệu', en: 'Source of the data' }, sql: sql`provenance` },
  ];
  const caseColumns = [
    { key: 'number', title: { vi: 'Số', en: 'Number' }, sql: sql`number` },
    { key: 'title', title: { vi: 'Sự cố', en: 'Incident' }, sql: sql`title` },
    { key: 'openedAt', title: { vi: 'Mở lúc', en: 'Opened' }, sql: iso('opened_at') },
    { key: 'closedAt', title: { vi: 'Đóng lúc', en: 'Closed' }, sql: iso('closed_at') },
    { key: 'dueAt', title: { vi: 'Thời hạn', en: 'Deadline' }, sql: iso('due_at') },
    { key: 'provenance', title: { vi: 'Nguồn số liệu', en: 'Source of the data' }, sql: sql`provenance` },
  ];
  const alerts = { table: 'alerts', permission: 'alert:read', time: 'known_at', columns: alertColumns } as const;
  // Citizens' reports and initiatives are cases too, and no incidents.
  const incident = sql`and type = 'incident'`;
  const cases = { table: 'cases', permission: 'case:read', columns: caseColumns, also: incident } as const;
  for (const source of [
    counted(platform, {
      ...alerts,
      columns: alertColumns,
      name: 'alerts.opened',
      title: { vi: 'cảnh báo phát sinh', en: 'alerts raised' },
    }),
    counted(platform, {
      ...alerts,
      columns: alertColumns,
      name: 'alerts.acknowledged_in_time',
      title: { vi: 'cảnh báo được nhận trong 30 phút', en: 'alerts acknowledged within 30 minutes' },
      also: sql`and acknowledged_at is not null and acknowledged_at <= known_at + interval '30 minutes'`,
    }),
    counted(platform, {
      ...cases,
      columns: caseColumns,
      time: 'opened_at',
      name: 'incidents.opened',
      title: { vi: 'sự cố mở trong kỳ', en: 'incidents opened' },
    }),
    counted(platform, {
      ...cases,
      columns: caseColumns,
      time: 'closed_at',
      name: 'incidents.closed',
      title: { vi: 'sự cố đóng trong kỳ', en: 'incidents closed' },
    }),
    counted(platform, {
      ...cases,
      columns: caseColumns,
      time: 'closed_at',
      name: 'incidents.closed_in_time',
      title: { vi: 'sự cố đóng đúng hạn', en: 'incidents closed in time' },
      also: sql`${incident} and (due_at is null or closed_at <= due_at)`,
    }),
    airHours(platform, 'air.hours', { vi: 'giờ có VN_AQI', en: 'hours with VN_AQI' }, () => true),
    airHours(
      platform,
      'air.hours_good',
      { vi: 'giờ có VN_AQI không quá 100', en: 'hours with VN_AQI at most 100' },
      (index) => index <= 100,
    ),
  ]) {
    indicators.registerSource(source);
  }
  for (const { name, observes } of platform.context.types()) {
    for (const [property, { rollUp, title, unit }] of Object.entries(observes)) {
      if (rollUp === 'sum') indicators.registerSource(observedSum(platform, name, property, title, unit));
    }
  }
}
