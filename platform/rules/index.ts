/**
 * Rules: when observations become alerts. Promise: what was acknowledged at a door is judged exactly once, whatever
 * dies when; a condition that holds for its stated time opens one alert, not one for each value; calibration and
 * faults never alarm; late and corrected data are judged by stated rules (`notes/judging.md`); silence is an alarm by
 * default; an edited rule is a new version, and an old alert is explained by the version that judged it.
 */
import type { Alerts } from '../alerts/index.ts';
import type { Audit } from '../audit/index.ts';
import type { Context } from '../context/index.ts';
import { type Db, inTransaction } from '../database/index.ts';
import type { Log } from '../events/index.ts';
import { covers, type Principal } from '../rights/index.ts';
import { notFound, Refusal, refuse, type Text } from '../words/index.ts';
import { type CompiledRule, compileRule } from './condition.ts';
import {
  bumpStamp,
  holdStamp,
  readRules,
  readTallies,
  readVersions,
  type StoredRule,
  seedRules,
  writeVersion,
} from './definitions.ts';
import { explainRuleAlert, explainSilence } from './explain.ts';
import { type JudgeTerms, judgeStep, type Watched } from './judge.ts';
import { lookForSilence } from './silence.ts';
import { clearRunsOf } from './states.ts';
import type { Rule, RuleDeclaration, RuleEdit, Tally } from './types.ts';

export { serveRules } from './routes.ts';
export type { Rule, RuleDeclaration, RuleEdit, Tally } from './types.ts';

/** One version of a rule, newest first in lists. */
export type RuleVersion = {
  version: number;
  definition: RuleDeclaration;
  enabled: boolean;
  editedBy: { id: string; name: string } | null;
  editedAt: Date;
};

export type Rules = {
  /** Seeds the declared rules into the database; before the log starts. */
  start(): Promise<void>;
  list(): Promise<Rule[]>;
  get(id: string): Promise<Rule & { versions: RuleVersion[] }>;
  /** Makes a new version. A rule that is switched off ends the conditions of its alerts. */
  edit(principal: Principal, id: string, expectedVersion: number, change: RuleEdit): Promise<Rule>;
  /** What was not judged in order. */
  tallies(): Promise<Tally[]>;
  /**
   * Looks for entities that fell silent; every 15 s by the server, by any number of processes.
   * @returns how many are silent, or null where another process looks
   */
  tick(now: Date): Promise<number | null>;
  may(principal: Principal): string[];
};

export type RulesOptions = {
  db: Db;
  log: Log;
  context: Context;
  alerts: Alerts;
  audit: Pick<Audit, 'record'>;
  now: () => Date;
  rules: readonly RuleDeclaration[];
  terms?: Partial<JudgeTerms>;
};

/** A rule judges the stations of the whole province: who manages a part of it does not change it for all. */
const mayEdit = (principal: Principal): boolean =>
  covers(principal, 'rule:manage', { areaCode: null, organisationId: null });

const defaultTerms: JudgeTerms = { judgeWithinMs: 24 * 3_600_000, aheadMs: 5 * 60_000 };

/** Refuses at once a declared rule that could never be judged: unknown type or property, a formula that is wrong. */
export function createRules(options: RulesOptions): Rules {
  const { db, log, context, alerts, audit, now } = options;
  const terms: JudgeTerms = { ...defaultTerms, ...options.terms };
  const declared = new Map<string, RuleDeclaration>();
  for (const rule of options.rules) {
    if (declared.has(rule.id)) throw declaredTwice(rule.id);
    compileRule(rule, 1, context);
    declared.set(rule.id, rule);
  }

  /** Compiled rules of one stamp, and what is known of series under them. */
  let book: { stamp: number; byProperty: Map<string, CompiledRule[]>; series: Map<number, Watched | null> } = {
    stamp: -1,
    byProperty: new Map(),
    series: new Map(),
  };
  // An entity may have been made, or become one of another type, since its series was first seen.
  log.tail({
    kinds: ['entity.'],
    handle: () => book.series.clear(),
  });

  const bookOf = async (stamp: number, handle: Db): Promise<typeof book> => {
    if (book.stamp === stamp) return book;
    const byProperty = new Map<string, CompiledRule[]>();
    for (const stored of await readRules(handle)) {
      const { rule } = compileStored(stored);
      if (!rule || !stored.enabled) continue;
      const list = byProperty.get(rule.definition.on) ?? [];
      list.push(rule);
      byProperty.set(rule.definition.on, list);
    }
    book = { stamp, byProperty, series: new Map() };
    return book;
  };

  const compileStored = (stored: StoredRule): { rule: CompiledRule | null; problem: Text | null } => {
    if (!declared.has(stored.id)) return { rule: null, problem: NOT_DECLARED };
    try {
      return { rule: compileRule(stored.definition, stored.version, context), problem: null };
    } catch (error) {
      if (error instanceof Refusal) return { rule: null, problem: error.text };
      throw error;
    }
  };

  /** Which of these series rules watch; asked of the database only for series not met before. */
  const watchedOf = async (current: typeof book, handle: Db, ids: readonly number[]): Promise<Map<number, Watched>> => {
    const unknown = ids.filter((id) => !current.series.has(id));
    if (unknown.length > 0 && current.byProperty.size > 0) {
      const series = await log.series.read(unknown);
      const entities = await context.read(handle, [...new Set([...series.values()].map((one) => one.entityId))]);
      const made: { watched: Watched; needed: Map<string, number> }[] = [];
      for (const id of unknown) {
        const one = series.get(id);
        const entity = one && entities.get(one.entityId);
        // An entity that is not there yet may come: it is asked for again.
        if (!one || !entity) continue;
        const rules = current.byProperty.get(`${entity.type}.${one.property}`);
        current.series.set(id, null);
        if (!rules) continue;
        const needed = new Map<string, number>(rules.flatMap((rule) => [...rule.othersEveryMs]));
        made.push({ watched: { seriesId: id, entityId: one.entityId, rules, others: new Map() }, needed });
      }
      const pairs = made.flatMap(({ watched, needed }) =>
        [...needed.keys()].map((property) => ({ entityId: watched.entityId, property })),
      );
      const numbers = await log.series.numbersOf(pairs);
      let n = 0;
      for (const { watched, needed } of made) {
        const others = new Map<string, { seriesId: number; everyMs: number }>();
        for (const [property, everyMs] of needed) others.set(property, { seriesId: numbers[n++] ?? 0, everyMs });
        current.series.set(watched.seriesId, { ...watched, others });
      }
    }
    const found = new Map<number, Watched>();
    for (const id of ids) {
      const watched = current.series.get(id);
      if (watched) found.set(id, watched);
    }
    return found;
  };

  log.follow({
    name: 'rules',
    kinds: ['observations'],
    startAt: 'beginning',
    async handle(tx, events) {
      const current = await bookOf(await holdStamp(tx), tx);
      await judgeStep(tx, events, {
        watchedOf: (ids) => watchedOf(current, tx, ids),
        alerts,
        context,
        terms,
        now: now(),
      });
    },
  });
  alerts.explainWith('rule', (alert) => explainRuleAlert(db, log.series, context, alert));
  alerts.explainWith('silence', (alert) => Promise.resolve(explainSilence(alert)));

  const asRule = (stored: StoredRule): Rule => {
    const { rule, problem } = compileStored(stored);
    return {
      id: stored.id,
      version: stored.version,
      definition: stored.definition,
      declared: stored.declared,
      enabled: stored.enabled,
      editedBy: stored.edited_by ? { id: stored.edited_by, name: stored.edited_name ?? '' } : null,
      editedAt: stored.edited_at,
      words: rule?.words ?? null,
      problem,
    };
  };

  const find = async (id: string): Promise<StoredRule> => {
    const stored = (await readRules(db)).find((one) => one.id === id);
    if (!stored) throw noSuchRule(id);
    return stored;
  };

  return {
    start: () => db.transaction().execute((tx) => seedRules(tx, options.rules, now())),
    list: async () => (await readRules(db)).map(asRule),
    async get(id) {
      const stored = await find(id);
      const versions = await readVersions(db, id);
      return {
        ...asRule(stored),
        versions: versions.map((row) => ({
          version: row.version,
          definition: row.definition,
          enabled: row.enabled,
          editedBy: row.edited_by ? { id: row.edited_by, name: row.edited_name ?? '' } : null,
          editedAt: row.edited_at,
        })),
      };
    },
    edit: (principal, id, expectedVersion, change) =>
      inTransaction(db, async (tx) => {
        if (!mayEdit(principal)) throw mayNotManage();
        // From here on no step judges until this edit is committed.
        await bumpStamp(tx);
        const stored = (await readRules(tx)).find((one) => one.id === id);
        if (!stored) throw noSuchRule(id);
        if (stored.version !== expectedVersion) throw changedMeanwhile(stored);
        const definition = edited(stored.definition, change);
        compileRule(definition, stored.version + 1, context);
        const enabled = change.enabled ?? stored.enabled;
        await writeVersion(tx, {
          id,
          version: stored.version + 1,
          definition,
          declared: stored.declared,
          enabled,
          editedBy: { id: principal.id, name: principal.name },
          at: now(),
        });
        if (!enabled && stored.enabled) {
          const entities = await clearRunsOf(tx, id, now());
          await alerts.change(
            tx,
            entities.map((entityId) => ({ clear: `rule:${id}:${entityId}`, at: now() })),
          );
        }
        await audit.record(tx, {
          principal,
          action: 'rule.edit',
          subject: `rule:${id}`,
          detail: { version: stored.version + 1, change },
        });
        await log.append(tx, [
          { kind: 'rule.changed', subject: id, payload: { version: stored.version + 1, enabled } },
        ]);
        const after = (await readRules(tx)).find((one) => one.id === id);
        if (!after) throw noSuchRule(id);
        return asRule(after);
      }),
    tallies: () => readTallies(db),
    tick: (at) => lookForSilence({ db, context, alerts }, at),
    may: (principal) => (mayEdit(principal) ? ['edit'] : []),
  };
}

function edited(definition: RuleDeclaration, change: RuleEdit): RuleDeclaration {
  const { clear: oldClear, ...rest } = definition;
  const clear = change.clear === undefined ? oldClear : (change.clear ?? undefined);
  return {
    ...rest,
    ...(change.when === undefined ? {} : { when: change.when }),
    ...(clear === undefined ? {} : { clear }),
    ...(change.for === undefined ? {} : { for: change.for }),
    ...(change.severity === undefined ? {} : { severity: change.severity }),
  };
}

const NOT_DECLARED: Text = {
  vi: 'Không hệ thống nào còn khai báo luật này; luật không được xét.',
  en: 'No system declares this rule any more; it is not judged.',
};

function declaredTwice(id: string) {
  return refuse(500, 'rule-twice', { vi: `Luật ${id} được khai báo hai lần.`, en: `Rule ${id} is declared twice.` });
}

function noSuchRule(id: string) {
  return notFound({ vi: `luật ${id}`, en: `rule ${id}` });
}

function mayNotManage() {
  return refuse(403, 'forbidden', {
    vi: 'Bạn không có quyền sửa luật cảnh báo. Hãy liên hệ quản trị viên.',
    en: 'You may not edit rules. Ask an administrator.',
  });
}

function changedMeanwhile(stored: StoredRule) {
  const who = stored.edited_name ?? 'hệ thống';
  return refuse(409, 'changed-meanwhile', {
    vi: `Luật này vừa được ${who} sửa (nay là phiên bản ${stored.version}). Hãy tải lại rồi sửa tiếp.`,
    en: `${stored.edited_name ?? 'The system'} changed this rule meanwhile (now version ${stored.version}). Load it again.`,
  });
}
