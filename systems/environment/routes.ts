import { staleAfterSeconds } from '../../platform/context/index.ts';
import { inTransaction } from '../../platform/database/index.ts';
import type { Platform } from '../../platform/declaration/index.ts';
import { HOUR_MS, LOCAL_OFFSET_MS } from '../../platform/history/index.ts';
import type { Http } from '../../platform/http/index.ts';
import { type Principal, publicPrincipal, visible } from '../../platform/rights/index.ts';
import { refuse } from '../../platform/words/index.ts';
import { environmentApi } from './api.ts';
import { AirQualityStation, aqiLevels } from './entities.ts';
import { limitsOf } from './limits.ts';
import { daysOf, exceedancesOf } from './register.ts';
import { asDocx, asXlsx, monthOf } from './report.ts';

const LONGEST_DAYS = 92;

/** Index of the level from which a citizen is warned: Kém. */
const WARN_FROM = 2;
/** Whoever asks, the citizens' pages show what is public. */
const forCitizens = visible(publicPrincipal, 'entity:read');

const media = {
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
} as const;

export function serveEnvironment(http: Http, platform: Platform): void {
  const { context, history, now } = platform;

  const register = async (principal: Principal, query: { from: string; to: string; type?: string }) => {
    const range = daysOf(query.from, query.to);
    const days = (range.to.getTime() - range.from.getTime()) / 86_400_000;
    if (!(days > 0 && days <= LONGEST_DAYS)) {
      throw refuse(400, 'bad-range', {
        vi: `Khoảng thời gian phải từ 1 đến ${LONGEST_DAYS} ngày.`,
        en: `The range must be 1 to ${LONGEST_DAYS} days.`,
      });
    }
    return exceedancesOf(platform, visible(principal, 'entity:read'), range, query.type);
  };

  /** Each public station with its last valid hourly index. */
  const airNow = async () => {
    const { items } = await context.find(forCitizens, { type: 'AirQualityStation', limit: 500 });
    const states = await context.latest(
      platform.db,
      items.map((one) => one.id),
    );
    const at = now().getTime();
    return items.map((entity) => {
      const state = states.get(entity.id);
      const index = state?.vn_aqi_hourly;
      const valid = index && index.quality === 0 ? index : null;
      const staleAfter = staleAfterSeconds(AirQualityStation.observes.vn_aqi_hourly, entity);
      const level = valid ? aqiLevels.findIndex((step) => valid.value <= step.upTo) : -1;
      return {
        id: entity.id,
        name: entity.name,
        areaCode: entity.areaCode,
        location: entity.location,
        provenance: entity.provenance,
        aqi: valid?.value ?? null,
        hourAt: valid?.observedAt.toISOString() ?? null,
        late: !valid || at - valid.observedAt.getTime() > staleAfter * 1000,
        staleAfterSeconds: staleAfter,
        level: level < 0 ? null : level,
        pm25: state?.pm25?.value ?? null,
      };
    });
  };

  http.serve('environment', environmentApi, {
    'GET /api/environment/exceedances': async ({ principal, query }) => {
      const found = await register(principal, query);
      return {
        total: found.length,
        items: found.slice(query.offset, query.offset + query.limit).map(({ entity, found: one }) => ({
          entityId: entity.id,
          entityName: entity.name,
          provenance: entity.provenance,
          property: one.property,
          title: context.type(entity.type)?.observes[one.property]?.title ?? { vi: one.property, en: one.property },
          at: new Date(one.at).toISOString(),
          averaging: one.averaging,
          value: one.value,
          unit: one.limit.unit,
          share: one.share,
          limit: (one.value > (one.limit.high ?? Number.POSITIVE_INFINITY) ? one.limit.high : one.limit.low) ?? 0,
          times: one.times,
          standard: one.limit.standard,
          confirmed: one.limit.confirmedBy !== null,
        })),
      };
    },

    'GET /api/environment/limits': async ({ principal, query }) => {
      const entity = await context.get(visible(principal, 'entity:read'), query.entity);
      const today = new Date(now().getTime() + LOCAL_OFFSET_MS).toISOString().slice(0, 10);
      const observes = Object.keys(context.type(entity.type)?.observes ?? {});
      return {
        items: observes.flatMap((property) =>
          limitsOf(entity.type, entity.properties, property, today).map((limit) => ({
            property,
            averaging: limit.averaging,
            low: limit.low,
            high: limit.high,
            unit: limit.unit,
            standard: limit.hours ? `${limit.standard} (${limit.hours.join('–')} h)` : limit.standard,
            confirmed: limit.confirmedBy !== null,
          })),
        ),
      };
    },

    'GET /api/environment/public/air': async () => {
      const at = now();
      const items = await airNow();
      const end = Math.floor(at.getTime() / HOUR_MS) * HOUR_MS;
      const hours = await history.buckets(
        forCitizens,
        items.map((one) => one.id),
        ['vn_aqi_hourly'],
        'hour',
        new Date(end - 24 * HOUR_MS),
        new Date(end),
      );
      const means = new Map(hours.map((row) => [`${row.entityId} ${row.at}`, row.mean]));
      return {
        at: at.toISOString(),
        items: items.map((one) => ({
          ...one,
          last24: Array.from(
            { length: 24 },
            (_, back) => means.get(`${one.id} ${end - (24 - back) * HOUR_MS}`) ?? null,
          ),
        })),
      };
    },

    'GET /api/environment/public/air/summary': async () => {
      const all = (await airNow()).filter((one) => one.provenance !== 'replayed' && one.hourAt !== null);
      const fresh = all.filter((one) => !one.late);
      // Of old figures nobody is told that all is well: their age is that of the newest among them.
      const told = fresh.length > 0 ? fresh : all;
      const newest = told.reduce<(typeof told)[number] | null>(
        (best, one) => (best === null || (one.hourAt ?? '') > (best.hourAt ?? '') ? one : best),
        null,
      );
      return {
        fresh: fresh.length,
        bad: fresh.filter((one) => (one.level ?? 0) >= WARN_FROM).length,
        hourAt: newest?.hourAt ?? null,
        staleAfterSeconds: newest?.staleAfterSeconds ?? null,
        // One that is not measured makes the sentence not measured.
        provenance: (told.find((one) => one.provenance !== 'measured') ?? newest)?.provenance ?? null,
      };
    },

    'GET /api/environment/report/:month': async ({ principal, params, query, reply }) => {
      const month = await monthOf(platform, visible(principal, 'entity:read'), params.month);
      const bytes = query.as === 'xlsx' ? await asXlsx(month) : await asDocx(month);
      await inTransaction(platform.db, (tx) =>
        platform.audit.record(tx, {
          principal,
          action: 'report.download',
          subject: `report:environment-${params.month}`,
          detail: { as: query.as },
        }),
      );
      reply.header('content-type', media[query.as]);
      reply.header('content-disposition', `attachment; filename="moi-truong-${params.month}.${query.as}"`);
      return reply.send(bytes);
    },
  });
}
