/** Rules as a document that can be kept, compared and brought to another installation. */
import { Compile } from 'typebox/compile';
import { type Flaw, refuse } from '../words/index.ts';
import { definitionSchema } from './schema.ts';
import type { RuleDeclaration } from './types.ts';

const FORMAT = 'dttm-thai-binh/rules';
const VERSION = 1;

/** `enabled` says how it stood; an import never switches a rule on. */
export type RulesDocument = {
  format: string;
  version: number;
  exportedAt: string;
  rules: { definition: RuleDeclaration; enabled: boolean }[];
};

export const asDocument = (rules: RulesDocument['rules'], at: Date): RulesDocument => ({
  format: FORMAT,
  version: VERSION,
  exportedAt: at.toISOString(),
  rules,
});

const validator = Compile(definitionSchema);

/** The rules of a document, each with what is wrong with its form; refuses (422) what is no such document. */
export function readDocument(document: {
  format: string;
  version: number;
  rules: readonly unknown[];
}): { id: string; definition: RuleDeclaration | null; flaws: Flaw[] }[] {
  if (document.format !== FORMAT || document.version !== VERSION) {
    throw refuse(422, 'rules-document', {
      vi: `Tệp này ghi “${document.format}” phiên bản ${document.version}; ở đây chỉ đọc được “${FORMAT}” phiên bản ${VERSION}. Hãy xuất lại từ trang Luật cảnh báo.`,
      en: `This file says “${document.format}” version ${document.version}; “${FORMAT}” version ${VERSION} can be read here. Export it again.`,
    });
  }
  const seen = new Set<string>();
  return document.rules.map((given, n) => {
    const definition = (given as { definition?: unknown } | null)?.definition;
    const id = String((definition as { id?: unknown } | null | undefined)?.id ?? `#${n + 1}`);
    if (!validator.Check(definition)) {
      const flaws = [...validator.Errors(definition)].map((error) => ({
        at: `/rules/${n}/definition${error.instancePath}`,
        reason: { vi: `chưa hợp lệ: ${error.message}`, en: error.message },
      }));
      return { id, definition: null, flaws };
    }
    if (seen.has(id)) {
      const reason = { vi: `luật ${id} có hai lần trong tệp`, en: `rule ${id} is in the file twice` };
      return { id, definition: null, flaws: [{ at: `/rules/${n}`, reason }] };
    }
    seen.add(id);
    return { id, definition: definition as RuleDeclaration, flaws: [] };
  });
}
