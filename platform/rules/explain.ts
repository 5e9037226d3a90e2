import type { Alert, AlertExplanation } from '../alerts/index.ts';
import type { Context } from '../context/index.ts';
import type { Db } from '../database/index.ts';
import type { SeriesRegistry } from '../events/index.ts';
import { Refusal } from '../words/index.ts';
import { type CompiledRule, compileRule } from './condition.ts';
import { readVersion } from './definitions.ts';
import { readRows } from './states.ts';
import type { RuleDeclaration } from './types.ts';

const ROWS = 500;

/** The rule of the version that judged, in words, and the stored observations of the time that it judged. */
export async function explainRuleAlert(
  db: Db,
  series: SeriesRegistry,
  context: Context,
  alert: Alert,
): Promise<AlertExplanation | null> {
  const { evidence } = alert;
  if (!evidence) return null;
  const stored = await readVersion(db, evidence.ruleId, evidence.ruleVersion);
  const compiled = stored ? compiledOrNull(stored.definition, evidence.ruleVersion, context) : null;
  const properties = [
    evidence.property,
    ...(compiled?.inputs ?? []).flatMap((input) => (input.type === compiled?.type ? input.property : [])),
  ];
  const ids = await series.numbersOf(properties.map((property) => ({ entityId: alert.entityId, property })));
  const observes = compiled ? context.type(compiled.type)?.observes : undefined;
  const rows = await readRows(db, ids, new Date(evidence.from), new Date(evidence.to), ROWS + 1);
  const nameOf = new Map(ids.map((id, n) => [id, properties[n] ?? '']));
  return {
    words: compiled?.words ?? alert.text,
    rule: stored
      ? {
          id: stored.rule_id,
          version: stored.version,
          title: stored.definition.title,
          law: stored.definition.law ?? null,
        }
      : null,
    formula: evidence.formula,
    rows: rows.slice(0, ROWS).map((row) => {
      const property = nameOf.get(row.seriesId) ?? '';
      return {
        property,
        title: observes?.[property]?.title ?? { vi: property, en: property },
        at: row.at.toISOString(),
        value: row.value,
        unit: observes?.[property]?.unit ?? '',
        quality: row.quality,
      };
    }),
    cut: rows.length > ROWS,
  };
}

/** Silence has no rows behind it: its text says what was promised and what came last. */
export function explainSilence(alert: Alert): AlertExplanation {
  return {
    words: {
      vi: `${alert.text.vi} Ngưỡng báo: ba chu kỳ liên tiếp không có số liệu, ít nhất 5 phút, chỉ tính khi nền tảng hoạt động.`,
      en: `${alert.text.en} The alarm is raised after three intervals without data, at least 5 minutes, counting only time in which the platform was up.`,
    },
    rule: null,
    formula: null,
    rows: [],
    cut: false,
  };
}

/** A version that its type no longer fits (a property was taken away) is still shown as it was written. */
function compiledOrNull(definition: RuleDeclaration, version: number, context: Context): CompiledRule | null {
  try {
    return compileRule(definition, version, context);
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}
