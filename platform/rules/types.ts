/** What a rule says. Browser-safe. */
import type { Severity } from '../alerts/index.ts';
import type { Text } from '../words/index.ts';

export type RuleDeclaration = {
  id: string;
  /** 'Type.property': judged whenever this property is observed */
  on: string;
  /** a formula over the observed properties of the type */
  when: string;
  /** hysteresis: what must be true for the condition to end (default: `when` is false) */
  clear?: string;
  /** ISO 8601 duration: how long the condition must have held */
  for: string;
  severity: Severity;
  title: Text;
  /** may hold {entity} {property} {value} {unit} {threshold} {for} {since} */
  text: Text;
  /** the text of the law behind it */
  law?: Text;
  /** the case type offered to whoever handles the alert */
  opens?: string;
};

export type Rule = {
  id: string;
  version: number;
  definition: RuleDeclaration;
  declared: RuleDeclaration;
  enabled: boolean;
  editedBy: { id: string; name: string } | null;
  editedAt: Date;
  /** the rule in plain words; empty where it cannot be judged */
  words: Text | null;
  /** why it cannot be judged (its type or property is not there any more) */
  problem: Text | null;
};

/** What may be edited; everything else is the system's declaration. */
export type RuleEdit = {
  enabled?: boolean;
  when?: string;
  /** null takes the hysteresis away */
  clear?: string | null;
  for?: string;
  severity?: Severity;
};

/** Observations that were not judged in order: late ones judged by recomputation, old and future ones not judged. */
export type Tally = { reason: 'late' | 'old' | 'future'; count: number; lastAt: Date };
