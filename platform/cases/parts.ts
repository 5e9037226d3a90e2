import type { Alerts } from '../alerts/index.ts';
import type { Audit } from '../audit/index.ts';
import type { Calendar } from '../calendar/index.ts';
import type { Context } from '../context/index.ts';
import type { Db } from '../database/index.ts';
import type { Log } from '../events/index.ts';
import type { Files } from '../files/index.ts';
import type { Identity } from '../identity/index.ts';
import type { Permission } from '../rights/index.ts';
import { refuse, type Text } from '../words/index.ts';
import type { CaseSystem, Declared } from './declared.ts';
import type { NamedCaseType } from './types.ts';

export type CasesOptions = {
  db: Db;
  log: Log;
  audit: Pick<Audit, 'record'>;
  now: () => Date;
  context: Pick<Context, 'get' | 'read'>;
  files: Pick<Files, 'take' | 'registerSubject'>;
  identity: Pick<Identity, 'exists' | 'organisation' | 'organisationFor'>;
  calendar: Pick<Calendar, 'usedUpAt' | 'refresh'>;
  alerts: Pick<Alerts, 'get' | 'link'>;
  systems: readonly CaseSystem[];
};

/** What the functions of this room share. */
export type Parts = Omit<CasesOptions, 'systems'> & { declared: Declared };

/** The declaration behind a stored case; a case whose system was taken out is still there, but cannot be worked. */
export function typeOf(parts: Parts, name: string): NamedCaseType {
  const type = parts.declared.types.get(name);
  if (!type) {
    throw refuse(422, 'unknown-case-type', {
      vi: `Không có loại hồ sơ “${name}” trong các hệ thống đang chạy.`,
      en: `There is no case type “${name}” in the systems that run.`,
    });
  }
  return type;
}

/** What a principal needs to work on cases of the type; of a type whose system was taken out, what it needs anyway. */
export function actOf(parts: Pick<Parts, 'declared'>, type: string): Permission {
  return parts.declared.types.get(type)?.own?.act ?? 'case:act';
}

/** An organisation's name, also of one that ended; its id where it is not known at all. */
export async function organisationName(parts: Parts, id: string): Promise<Text> {
  return (await parts.identity.organisation(id))?.name ?? { vi: id, en: id };
}
