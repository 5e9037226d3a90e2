import type { Http } from '../http/index.ts';
import { sourcesApi } from './api.ts';
import type { SourceDay, Sources, Standing } from './index.ts';

export function serveSources(http: Http, sources: Sources): void {
  http.serve('sources', sourcesApi, {
    'GET /api/sources': async ({ principal, query }) => {
      const found = await sources.list(principal, query);
      return { total: found.total, items: found.items.map((one) => ({ ...shown(one), trend: one.trend })) };
    },
    'GET /api/sources/:kind/:id': async ({ principal, params }) => {
      const { source, days } = await sources.get(principal, params.kind, params.id);
      return { source: shown(source), days: days.map(dayOf) };
    },
    'POST /api/sources/:kind/:id/remind': async ({ principal, params }) => {
      const { remindedAt } = await sources.remind(principal, params.kind, params.id);
      return { remindedAt: remindedAt.toISOString() };
    },
  });
}

const dayOf = (row: SourceDay) => ({
  day: row.day,
  correct: row.correct,
  complete: row.complete,
  clean: row.clean,
  live: row.live,
  worst: row.worst,
  expected: row.expected,
  received: row.received,
  refused: row.refused,
  corrected: row.corrected,
  stretches: row.stretches,
  heard: row.heard,
  judged: row.judged,
  findings: row.findings,
  version: row.version,
  computedAt: row.computed_at.toISOString(),
});

const shown = (row: Standing) => ({
  ...dayOf(row),
  kind: row.kind,
  id: row.source_id,
  name: row.name,
  type: row.type,
  organisationId: row.organisation_id,
  areaCode: row.area_code,
  provenance: row.provenance,
  late: row.late,
  lastAt: row.last_at?.toISOString() ?? null,
  promisedSeconds: row.promised_seconds,
  lines: row.lines,
  waiting: row.waiting,
  lastFile: row.last_file,
  remindedAt: row.remindedAt?.toISOString() ?? null,
  may: row.may,
});
