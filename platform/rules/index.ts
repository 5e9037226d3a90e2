/**
 * Rules: when observations become alerts. Promise: what was acknowledged at a door is judged exactly once, whatever
 * dies when; a condition that holds for its stated time opens one alert, not one for each value; calibration and
 * faults never alarm; late and corrected data are judged by stated rules (`notes/judging.md`); silence is an alarm by
 * default; an edited rule is a new version, and an old alert is explained by the version that judged it.
 */
import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Alerts } from '../alerts/index.ts';
import type { Audit } from '../audit/index.ts';
import type { Context } from '../context/index.ts';
import { type Db, inTransaction, type Tx } from '../database/index.ts';
import type { Log } from '../events/index.ts';
import { DAY_MS } from '../history/index.ts';
import { covers, type Principal, visible } from '../rights/index.ts';
import { notFound, Refusal, refuse, type Text } from '../words/index.ts';
import { type Book, makeBook } from './book.ts';
import { type CompiledRule, compileRule } from './condition.ts';
import {
  bumpStamp,
  readRule,
  readRules,
  readTallies,
  readVersion,
  readVersions,
  type StoredRule,
  seedRules,
  takeStep,
  writeVersion,
} from './definitions.ts';
import { asDocument, type RulesDocument, readDocument } from './exchange.ts';
import { explainRuleAlert, explainSilence } from './explain.ts';
import { readHeld } from './held.ts';
import { type JudgeTerms, judgeStep } from './judge.ts';
import { lookForSilence } from './silence.ts';
import { clearRunsOf } from './states.ts';
import { createTrials } from './trials.ts';
import type { Held, Imported, Rule, RuleDeclaration, RuleEdit, Tally, Trial } from './types.ts';

export { serveRules } from './routes.ts';
export { median } from './season.ts';
export { promisedMs, silentAfterMs } from './silence.ts';
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
  /** Makes a rule of one's own, switched off: it is tried first. */
  make(principal: Principal, definition: RuleDeclaration): Promise<Rule>;
  /** Makes a new version. A rule that is switched off ends the conditions of its alerts. */
  edit(principal: Principal, id: string, expectedVersion: number, change: RuleEdit): Promise<Rule>;
  /** Goes back to what an old version said, as a new version; switched on or off as it is. */
  restore(principal: Principal, id: string, expectedVersion: number, to: number): Promise<Rule>;
  /** The rule in plain words; refuses (422) one that cannot be judged with the place of each error. */
  check(definition: RuleDeclaration): Text;
  /** Begins a trial over the last days of stored history; `trial` says how far it is. */
  try(principal: Principal, definition: RuleDeclaration, days: number): Promise<string>;
  trial(principal: Principal, id: string): Promise<Trial>;
  export(): Promise<RulesDocument>;
  /** Takes the good rules of a document; a dry run says what it would do. No rule is switched on by it. */
  import(
    principal: Principal,
    document: { format: string; version: number; rules: readonly unknown[] },
    dryRun: boolean,
  ): Promise<Imported[]>;
  /** What is not raised for an entity because something that it depends on is out. */
  heldBack(principal: Principal, entityId: string): Promise<Held[]>;
  /** What was not judged in order. */
  tallies(): Promise<Tally[]>;
  /**
   * Looks for entities that fell silent; every 15 s by the server, by any number of processes.
   * @returns how many are silent, or null where another process looks
   */
  tick(now: Date): Promise<number | null>;
  /** Ends when the trials of this process have (stopping, tests). */
  settled(): Promise<void>;
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

/** How often a process writes down until when it has judged series; what it did since is found from the log. */
const CHECKPOINT_EVERY_MS = 10_000;

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

  let book: Book | null = null;
  let steps = 0;
  let checkpointAt = Number.NEGATIVE_INFINITY;
  const me = randomUUID();

  /** The book of the tables as they stand: this process's own, where the last step was its own and was committed. */
  const openBook = async (tx: Tx): Promise<Book> => {
    steps += 1;
    const step = `${me} ${steps}`;
    const { stamp, last } = await takeStep(tx, step);
    if (!book || book.stamp !== stamp || book.step !== last) {
      const rules = (await readRules(tx)).flatMap((stored) =>
        stored.enabled ? (compileStored(stored).rule ?? []) : [],
      );
      book = makeBook({ context, series: log.series }, rules, stamp);
    }
    book.step = step;
    return book;
  };

  // A version never changes, so it is compiled once.
  const compiled = new Map<string, { version: number; rule: CompiledRule | null; problem: Text | null }>();
  const compileStored = (stored: StoredRule): { rule: CompiledRule | null; problem: Text | null } => {
    if (stored.declared !== null && !declared.has(stored.id)) return { rule: null, problem: NOT_DECLARED };
    const known = compiled.get(stored.id);
    if (known?.version === stored.version) return known;
    const { version } = stored;
    try {
      const rule = compileRule(stored.definition, version, context);
      compiled.set(stored.id, { version, rule, problem: null });
      return { rule, problem: null };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      compiled.set(stored.id, { version, rule: null, problem: error.text });
      return { rule: null, problem: error.text };
    }
  };

  log.follow({
    name: 'rules',
    kinds: ['observations', 'entity.'],
    startAt: 'beginning',
    async handle(tx, events) {
      const current = await openBook(tx);
      for (const event of events) if (event.kind.startsWith('entity.') && event.subject) current.forget(event.subject);
      const observed = events.filter((event) => event.observations.length > 0);
      const checkpoint = performance.now() - checkpointAt > CHECKPOINT_EVERY_MS;
      if (checkpoint) checkpointAt = performance.now();
      const said = await judgeStep(tx, observed, { book: current, alerts, context, terms, now: now(), checkpoint });
      // Runs and times are found again from the log; only what was said to people must not be lost.
      if (!said) return 'undoable';
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

  const find = async (handle: Db | Tx, id: string): Promise<StoredRule> => {
    const stored = await readRule(handle, id);
    if (!stored) throw noSuchRule(id);
    return stored;
  };

  const trials = createTrials({
    db,
    context,
    series: log.series,
    now,
    wordsOf: (definition) => compileRule(definition, 0, context).words,
  });

  /** Writes a version with its traces; the caller has taken the stamp. */
  const write = async (
    tx: Tx,
    principal: Principal,
    stored: StoredRule | null,
    definition: RuleDeclaration,
    enabled: boolean,
    what: { action: string; detail: Record<string, unknown> },
  ): Promise<Rule> => {
    const version = (stored?.version ?? 0) + 1;
    await writeVersion(tx, {
      id: definition.id,
      version,
      definition,
      declared: stored?.declared ?? null,
      enabled,
      editedBy: { id: principal.id, name: principal.name },
      at: now(),
    });
    if (!enabled && stored?.enabled) {
      const entities = await clearRunsOf(tx, definition.id, now());
      await alerts.change(
        tx,
        entities.map((entityId) => ({ clear: `rule:${definition.id}:${entityId}`, at: now() })),
      );
    }
    const subject = definition.id;
    await audit.record(tx, {
      principal,
      action: what.action,
      subject: `rule:${subject}`,
      detail: { version, ...what.detail },
    });
    await log.append(tx, [{ kind: 'rule.changed', subject, payload: { version, enabled } }]);
    return asRule(await find(tx, subject));
  };

  /** A change by somebody who may; from here on no step judges until it is committed. */
  const changing = <T>(principal: Principal, work: (tx: Tx) => Promise<T>): Promise<T> =>
    inTransaction(db, async (tx) => {
      if (!mayEdit(principal)) throw mayNotManage();
      await bumpStamp(tx);
      return work(tx);
    });

  const findForEdit = async (tx: Tx, id: string, expectedVersion: number): Promise<StoredRule> => {
    const stored = await find(tx, id);
    if (stored.version !== expectedVersion) throw changedMeanwhile(stored);
    return stored;
  };

  const importOne = async (
    tx: Tx,
    principal: Principal,
    { id, definition, flaws }: ReturnType<typeof readDocument>[number],
    dryRun: boolean,
  ): Promise<Imported> => {
    if (!definition) return { id, outcome: 'refused', flaws };
    const stored = await readRule(tx, id);
    if (stored && isDeepStrictEqual(stored.definition, definition)) return { id, outcome: 'same', flaws };
    try {
      if (stored && stored.definition.on !== definition.on) throw otherProperty(stored);
      compileRule(definition, 1, context);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return {
        id,
        outcome: 'refused',
        flaws: error.flaws.length > 0 ? error.flaws : [{ at: '/', reason: error.text }],
      };
    }
    if (!dryRun) {
      const detail = { imported: true };
      await write(tx, principal, stored, definition, stored?.enabled ?? false, { action: 'rule.import', detail });
    }
    return { id, outcome: stored ? 'changed' : 'made', flaws };
  };

  return {
    start: () => db.transaction().execute((tx) => seedRules(tx, options.rules, now())),
    list: async () => (await readRules(db)).map(asRule),
    async get(id) {
      const stored = await find(db, id);
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
    make: (principal, definition) =>
      changing(principal, async (tx) => {
        if (await readRule(tx, definition.id)) throw idTaken(definition.id);
        compileRule(definition, 1, context);
        return write(tx, principal, null, definition, false, { action: 'rule.make', detail: { definition } });
      }),
    edit: (principal, id, expectedVersion, change) =>
      changing(principal, async (tx) => {
        const stored = await findForEdit(tx, id, expectedVersion);
        const definition = edited(stored.definition, change);
        compileRule(definition, stored.version + 1, context);
        const enabled = change.enabled ?? stored.enabled;
        return write(tx, principal, stored, definition, enabled, { action: 'rule.edit', detail: { change } });
      }),
    restore: (principal, id, expectedVersion, to) =>
      changing(principal, async (tx) => {
        const stored = await findForEdit(tx, id, expectedVersion);
        const old = await readVersion(tx, id, to);
        if (!old) throw notFound({ vi: `phiên bản ${to} của luật ${id}`, en: `version ${to} of rule ${id}` });
        compileRule(old.definition, stored.version + 1, context);
        const what = { action: 'rule.restore', detail: { to } };
        return write(tx, principal, stored, old.definition, stored.enabled, what);
      }),
    check: (definition) => compileRule(definition, 0, context).words,
    async try(principal, definition, days) {
      if (!mayEdit(principal)) throw mayNotManage();
      const rule = compileRule(definition, 0, context);
      return trials.start(principal, rule, new Date(now().getTime() - days * DAY_MS), now());
    },
    async trial(principal, id) {
      if (!mayEdit(principal)) throw mayNotManage();
      return trials.get(id);
    },
    async export() {
      const rules = await readRules(db);
      return asDocument(
        rules.map(({ definition, enabled }) => ({ definition, enabled })),
        now(),
      );
    },
    async import(principal, document, dryRun) {
      const read = readDocument(document);
      return changing(principal, async (tx) => {
        const done: Imported[] = [];
        for (const one of read) done.push(await importOne(tx, principal, one, dryRun));
        return done;
      });
    },
    async heldBack(principal, entityId) {
      await context.get(visible(principal, 'entity:read'), entityId);
      const rows = await readHeld(db, context, entityId);
      return rows.map(({ by, ...row }) => ({
        ...row,
        byEntityName: by && covers(principal, 'entity:read', by) ? by.name : null,
      }));
    },
    tallies: () => readTallies(db),
    tick: (at) => lookForSilence({ db, context, alerts }, at),
    settled: () => trials.settled(),
    may: (principal) => (mayEdit(principal) ? ['edit'] : []),
  };
}

/** Null takes a part away, absence leaves it. */
function edited(definition: RuleDeclaration, { enabled: _, ...change }: RuleEdit): RuleDeclaration {
  const parts = Object.entries({ ...definition, ...change }).filter(([, part]) => part !== null && part !== undefined);
  return Object.fromEntries(parts) as RuleDeclaration;
}

function idTaken(id: string) {
  return refuse(409, 'rule-exists', {
    vi: `Đã có luật mang mã ${id}. Hãy chọn mã khác.`,
    en: `There is a rule ${id} already. Choose another id.`,
  });
}

function otherProperty(stored: StoredRule) {
  return refuse(422, 'rule-other-property', {
    vi: `Luật ${stored.id} ở đây theo dõi ${stored.definition.on}; không thể đổi sang thuộc tính khác. Hãy đặt mã khác.`,
    en: `Rule ${stored.id} watches ${stored.definition.on} here; that cannot be changed. Give it another id.`,
  });
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
