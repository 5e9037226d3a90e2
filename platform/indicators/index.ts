/**
 * Indicators: figures of a day, month or year by formula over named sources. Promise: a figure counts only what its
 * reader may see; it opens to its formula in words, its version and law, its inputs, and the rows behind each
 * ('Vì sao?'); an old figure keeps the formula of its time; a closed period's figure is stored, and where a
 * recomputation differs from it both are shown.
 */
import type { Audit } from '../audit/index.ts';
import { type Db, inTransaction } from '../database/index.ts';
import type { CompiledFormula } from '../formula/index.ts';
import type { Job } from '../jobs/index.ts';
import { allPermissions, type Principal, scopeOf, systemPrincipal } from '../rights/index.ts';
import { type Language, notFound, Refusal } from '../words/index.ts';
import { compileVersion, createReader, differs, evaluate, valuesOf } from './compute.ts';
import { csvHead, csvLines } from './csv.ts';
import { type Period, periodAt, periodBefore } from './periods.ts';
import { readSnapshots, seedVersions, writeSnapshot } from './store.ts';
import type { Explanation, Figure, IndicatorDeclaration, Page, Rows, Snapshot, Source, Version } from './types.ts';

export { type Period, type PeriodKind, periodAt, periodBefore, periodOf } from './periods.ts';
export { serveIndicators } from './routes.ts';
export type {
  Cell,
  Column,
  Explanation,
  Figure,
  IndicatorDeclaration,
  Input,
  Page,
  Rows,
  Source,
  Version,
} from './types.ts';

export type Indicators = {
  now: () => Date;
  /** Names a figure that formulas may use; all before `prepare`. */
  registerSource(source: Source): void;
  sources(): { name: string; title: Source['title']; unit: string }[];
  /** Compiles every declared formula and stores new versions; call at start, after all sources are registered. */
  prepare(): Promise<void>;
  /** All indicators of the period's kind, in the order of their declaration. */
  figures(principal: Principal, period: Period, areaCode?: string): Promise<Figure[]>;
  /** 'Vì sao?': how the figure comes about. Refuses 404. */
  explain(principal: Principal, code: string, period: Period, areaCode?: string): Promise<Explanation>;
  /** The rows behind one input. Refuses 404 for an input that the indicator does not use. */
  rows(
    principal: Principal,
    code: string,
    source: string,
    period: Period,
    areaCode: string | undefined,
    page: Page,
  ): Promise<Rows>;
  /** The same as CSV in pieces, each line with its provenance; the export is told to the audit. */
  csv(
    principal: Principal,
    code: string,
    source: string,
    period: Period,
    areaCode: string | undefined,
    language: Language,
  ): AsyncGenerator<string>;
  /** Stores the figures of periods that closed and are not stored yet; answers how many. */
  snapshot(): Promise<number>;
  /** The nightly job that does so. */
  job(): Job;
};

export type IndicatorsOptions = {
  db: Db;
  audit: Pick<Audit, 'record'>;
  now: () => Date;
  declarations: readonly IndicatorDeclaration[];
};

/** How far back a snapshot is made up for, after the platform stood still. */
const CLOSED_BACK = { day: 7, month: 3, year: 1 } as const;
const CSV_PAGE = 1000;

export function createIndicators(options: IndicatorsOptions): Indicators {
  const { db, audit, now, declarations } = options;
  const sources = new Map<string, Source>();
  const compiled = new Map<string, CompiledFormula | Refusal>();
  let versions: Map<string, Version[]> | null = null;
  const reader = systemPrincipal(
    'indicators',
    allPermissions.filter((permission) => permission.endsWith(':read')),
  );

  const versionsOf = (code: string): Version[] => {
    if (!versions) throw new Error('indicators: prepare() must run at start before anything is asked');
    return versions.get(code) ?? [];
  };
  /** The version in force when the period ended; what was before the first version is read by the first. */
  const versionFor = (code: string, period: Period): Version => {
    const all = versionsOf(code);
    const found = all.findLast((one) => one.validFrom < period.to) ?? all[0];
    if (!found) throw noIndicator(code);
    return found;
  };
  /** A formula of the past may name a source that there is no longer: then the figure says so, and the rest stands. */
  const formulaOf = (version: Version): CompiledFormula | Refusal => {
    const key = `${version.code} ${version.version}`;
    const known = compiled.get(key);
    if (known) return known;
    let made: CompiledFormula | Refusal;
    try {
      made = compileVersion(version, sources);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      made = error;
    }
    compiled.set(key, made);
    return made;
  };
  const compute = async (version: Version, period: Period, read: ReturnType<typeof createReader>) => {
    const formula = formulaOf(version);
    if (formula instanceof Refusal) return { value: null, inputs: [], problem: formula.text };
    return { ...(await evaluate(formula, sources, read, period)), problem: null };
  };
  const declared = (code: string): IndicatorDeclaration => {
    const found = declarations.find((one) => one.code === code);
    if (!found) throw noIndicator(code);
    return found;
  };

  const figureOf = async (
    code: string,
    period: Period,
    read: ReturnType<typeof createReader>,
    stored: readonly Snapshot[],
  ): Promise<Figure> => {
    const version = versionFor(code, period);
    const before = periodBefore(period);
    const [current, previous] = await Promise.all([
      compute(version, period, read),
      compute(versionFor(code, before), before, read),
    ]);
    const snapshot = stored.find((one) => one.code === code);
    const { title, unit, better, target } = version;
    const { value, inputs, problem } = current;
    return {
      code,
      title,
      unit,
      better,
      target,
      met: target === null || value === null ? null : better === 'higher' ? value >= target : value <= target,
      period: period.key,
      complete: period.to <= now(),
      value,
      previous: previous.value,
      version: version.version,
      inputs,
      problem,
      snapshot: snapshot
        ? {
            value: snapshot.value,
            version: snapshot.version,
            computedAt: snapshot.computedAt,
            differs: problem === null && differs(snapshot.value, value),
          }
        : null,
    };
  };
  /** A closed figure counts everything, so it is for those who may see everything. */
  const storedFor = (principal: Principal, codes: readonly string[], period: Period, areaCode: string | undefined) =>
    areaCode === undefined && scopeOf(principal, 'indicator:read')?.all
      ? readSnapshots(db, codes, [period.key])
      : Promise.resolve([]);

  const sourceOf = (code: string, name: string, period: Period): Source => {
    declared(code);
    const source = sources.get(name);
    const formula = formulaOf(versionFor(code, period));
    if (!source || formula instanceof Refusal || !formula.names.includes(name)) {
      throw notFound({ vi: `số liệu đầu vào ${name} của chỉ tiêu ${code}`, en: `input ${name} of indicator ${code}` });
    }
    return source;
  };

  const snapshot = async (): Promise<number> => {
    let written = 0;
    for (const { code, period: kind } of declarations) {
      const since = versionsOf(code)[0]?.validFrom;
      let period = periodBefore(periodAt(now(), kind));
      for (let back = 0; back < CLOSED_BACK[kind] && since && since < period.to; back++) {
        const [known] = await readSnapshots(db, [code], [period.key]);
        if (!known) {
          const version = versionFor(code, period);
          const { value, inputs, problem } = await compute(version, period, createReader(reader, undefined));
          if (problem) break;
          const row = { code, period: period.key, version: version.version, value, inputs: valuesOf(inputs) };
          if (await writeSnapshot(db, { ...row, computedAt: now() })) written += 1;
        }
        period = periodBefore(period);
      }
    }
    return written;
  };

  return {
    now,
    registerSource(source) {
      if (sources.has(source.name)) throw new Error(`indicators: the source '${source.name}' is registered twice`);
      sources.set(source.name, source);
    },
    sources: () => [...sources.values()].map(({ name, title, unit }) => ({ name, title, unit })),

    async prepare() {
      const codes = new Set<string>();
      for (const one of declarations) {
        if (codes.has(one.code)) throw new Error(`indicators: '${one.code}' is declared twice`);
        codes.add(one.code);
        // Checked before it is stored: a formula that cannot be used stops the start, with its place.
        const { target = null, law = null, ...rest } = one;
        compileVersion({ ...rest, target, law, version: 0, validFrom: now() }, sources);
      }
      versions = await seedVersions(db, declarations, now());
    },

    async figures(principal, period, areaCode) {
      const codes = declarations.filter((one) => one.period === period.kind).map((one) => one.code);
      const read = createReader(principal, areaCode);
      const stored = await storedFor(principal, codes, period, areaCode);
      return Promise.all(codes.map((code) => figureOf(code, period, read, stored)));
    },

    async explain(principal, code, period, areaCode) {
      declared(code);
      const stored = await storedFor(principal, [code], period, areaCode);
      const figure = await figureOf(code, period, createReader(principal, areaCode), stored);
      const version = versionFor(code, period);
      const formula = formulaOf(version);
      const values = valuesOf(figure.inputs);
      return {
        ...figure,
        formula: version.formula,
        words:
          formula instanceof Refusal
            ? formula.text
            : { vi: formula.explain('vi', values), en: formula.explain('en', values) },
        law: version.law,
        validFrom: version.validFrom,
        versions: versionsOf(code).map((one) => ({
          version: one.version,
          formula: one.formula,
          validFrom: one.validFrom,
        })),
      };
    },

    rows: async (principal, code, source, period, areaCode, page) =>
      sourceOf(code, source, period).rows(principal, period, areaCode, page),

    async *csv(principal, code, name, period, areaCode, language) {
      const source = sourceOf(code, name, period);
      const at = now();
      await inTransaction(db, (tx) =>
        audit.record(tx, {
          principal,
          action: 'indicator.export',
          subject: `indicator:${code}`,
          detail: { source: name, period: period.key, areaCode: areaCode ?? null },
        }),
      );
      const provenance = {
        indicator: code,
        indicator_version: String(versionFor(code, period).version),
        period: period.key,
        area: areaCode ?? '',
        source: name,
        exported_at: at.toISOString(),
        exported_by: principal.id,
      };
      for (let offset = 0, total = 1; offset < total; offset += CSV_PAGE) {
        const page = await source.rows(principal, period, areaCode, { limit: CSV_PAGE, offset });
        if (offset === 0) yield csvHead(page.columns, provenance, language);
        total = page.total;
        yield csvLines(page.columns, page.items, provenance);
      }
    },

    snapshot,
    job: () => ({
      name: 'indicators.snapshot',
      // After the day closed, and late enough for what devices send again.
      cron: '20 1 * * *',
      principal: reader,
      run: async () => {
        await snapshot();
      },
    }),
  };
}

function noIndicator(code: string) {
  return notFound({ vi: `chỉ tiêu ${code}`, en: `indicator ${code}` });
}
