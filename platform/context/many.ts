import { type Db, inTransaction, type Tx } from '../database/index.ts';
import type { Principal } from '../rights/index.ts';
import { Refusal, type Text } from '../words/index.ts';
import { reasonOf } from './imports.ts';
import { readEntities } from './store.ts';
import type { Entity, NewEntity } from './types.ts';

/** One of many changes: each is taken or refused by itself. */
export type One = {
  id: string;
  version: number | undefined;
  /** @throws what `reasonOf` reads where it cannot be made */
  make(old: Entity | undefined): NewEntity;
};

export type Outcome<R extends One> = {
  made: number;
  changed: number;
  same: number;
  refused: { row: R; reason: Text }[];
};

type Save = (tx: Tx, principal: Principal, entity: NewEntity, expectedVersion?: number) => Promise<Entity>;

/** In one transaction: long ones hold up whoever reads the log. */
const AT_ONCE = 100;

class Undone extends Error {}

/**
 * Saves many entities, each under its own rights, version, event and audit row; those that are refused are told with
 * their reason and hold up no other. `dryRun` goes the same way and takes everything back.
 */
export async function saveMany<R extends One>(
  options: { db: Db; save: Save },
  principal: Principal,
  rows: readonly R[],
  dryRun: boolean,
): Promise<Outcome<R>> {
  const outcome: Outcome<R> = { made: 0, changed: 0, same: 0, refused: [] };
  for (let begin = 0; begin < rows.length; begin += AT_ONCE) {
    const some = rows.slice(begin, begin + AT_ONCE);
    // A transaction that fails as a whole counts nothing.
    const told: Outcome<R> = { made: 0, changed: 0, same: 0, refused: [] };
    try {
      await inTransaction(options.db, async (tx) => {
        const known = await readEntities(
          tx,
          some.map((row) => row.id),
        );
        for (const row of some) {
          const old = known.get(row.id);
          try {
            const wanted = row.make(old);
            if (old && isSame(old, wanted)) told.same += 1;
            else {
              await options.save(tx, principal, wanted, row.version ?? old?.version);
              told[old ? 'changed' : 'made'] += 1;
            }
          } catch (error) {
            // A refusal is said before anything is written, so the transaction goes on.
            const reason = error instanceof Refusal ? asReason(error) : reasonOf(error);
            if (!reason) throw error;
            told.refused.push({ row, reason });
          }
        }
        if (dryRun) throw new Undone();
      });
    } catch (error) {
      if (!(error instanceof Undone)) throw error;
    }
    outcome.made += told.made;
    outcome.changed += told.changed;
    outcome.same += told.same;
    outcome.refused.push(...told.refused);
  }
  return outcome;
}

function asReason({ text, flaws }: Refusal): Text {
  const all = (language: 'vi' | 'en'): string =>
    [text[language], ...flaws.map((flaw) => `${flaw.at}: ${flaw.reason[language]}`)].join(' ');
  return { vi: all('vi'), en: all('en') };
}

function isSame(old: Entity, wanted: NewEntity): boolean {
  return (
    old.name === wanted.name.normalize('NFC') &&
    old.organisationId === wanted.organisationId &&
    (wanted.location !== null || old.areaCode === (wanted.areaCode ?? null)) &&
    old.location?.lon === wanted.location?.lon &&
    old.location?.lat === wanted.location?.lat &&
    (wanted.isPublic === undefined || old.isPublic === wanted.isPublic) &&
    sorted(old.properties) === sorted(wanted.properties ?? {})
  );
}

const sorted = (properties: Record<string, unknown>): string =>
  JSON.stringify(Object.entries(properties).sort(([a], [b]) => (a < b ? -1 : 1)));
