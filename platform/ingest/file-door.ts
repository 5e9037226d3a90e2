import type { Db } from '../database/index.ts';
import type { Log, Quality } from '../events/index.ts';
import { Refusal } from '../words/index.ts';
import type { Intake } from './intake.ts';
import { quarantine, type Reason } from './quarantine.ts';
import type { IngestTables } from './tables.ts';

/** What a parser finds in one file: the station by the name it goes by in its files, good values and bad lines. */
export type ParsedFile = {
  station: string;
  /** the folder that the station's files must lie in: one station may not write for another */
  folder: string;
  good: { property: string; at: Date; value: number; quality: Quality; line: number }[];
  bad: Reason[];
  /** true where the last line looks cut off: the file may still be being written */
  unfinished: boolean;
};

/** A system's declaration of a door for files; `parse` throws a Refusal where nothing can be read. */
export type FileDoor = {
  id: string;
  by: 'file';
  /** a file of this kind, that the parser takes without a bad line (a test checks it) */
  sample: { name: string; text: string };
  parse(bytes: Uint8Array, name: string, now: Date): ParsedFile;
  /** the folder of a station, where it is not its name: the one that `parse` finds in its files */
  folderOf?(station: string): string;
};

/** `entityId` is the station's, where it is known. */
export type FileOutcome = { accepted: number; refused: Reason[]; unfinished: boolean; entityId: string | null };

/** What is told of each file that a folder gave. */
export type FileTaken = {
  door: string;
  path: string;
  entityId: string | null;
  at: Date;
  accepted: number;
  refused: number;
};

export type Files = {
  /** Takes a file; what is refused of it is kept in quarantine. */
  take(door: FileDoor, path: string, bytes: Uint8Array): Promise<FileOutcome>;
  /** Stores what is good of it and tells the rest. */
  store(door: FileDoor, path: string, bytes: Uint8Array): Promise<FileOutcome>;
};

/**
 * Takes one file through the door: what is good is committed, what is bad is kept in quarantine with its reason.
 * Taking the same file again changes nothing.
 * @param path the file's path below the door's folder; its first folder must be the station's own
 */
export function createFileIntake(options: {
  db: Db;
  log: Log;
  intake: Intake;
  now: () => Date;
  onFile?: ((taken: FileTaken) => Promise<void>) | undefined;
}): Files {
  const { db, log, intake, now, onFile } = options;
  const files: Files = {
    async take(door, path, bytes) {
      const outcome = await files.store(door, path, bytes);
      // Of what may still be being written the end is no fault.
      if (outcome.refused.length > 0 && !outcome.unfinished) {
        const { refused: reasons, entityId } = outcome;
        await quarantine(db, { door: door.id, source: path, bytes, reasons, entityId, at: now() });
      }
      const { accepted, refused, entityId } = outcome;
      await onFile?.({ door: door.id, path, entityId, at: now(), accepted, refused: refused.length });
      return outcome;
    },
    async store(door, path, bytes) {
      let parsed: ParsedFile;
      try {
        parsed = door.parse(bytes, path.split('/').at(-1) ?? path, now());
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        return { accepted: 0, refused: [{ at: 0, reason: error.text }], unfinished: false, entityId: null };
      }
      const folder = path.split('/')[0] ?? '';
      const alias = await db
        .withTables<IngestTables>()
        .selectFrom('door_aliases')
        .select('entity_id')
        .where('door', '=', door.id)
        .where('alias', '=', parsed.station)
        .executeTakeFirst();
      if (!alias || folder !== parsed.folder) {
        const reason = alias ? wrongFolder(parsed.station, folder) : unknownStation(parsed.station);
        return { accepted: 0, refused: [{ at: 0, reason }], unfinished: false, entityId: null };
      }
      const incoming = parsed.good.map((one) => ({
        entity: alias.entity_id,
        property: one.property,
        at: one.at.getTime(),
        value: one.value,
        quality: one.quality,
      }));
      const sorted = await intake.sort(incoming, () => true);
      await log.offer(sorted.good);
      const refused: Reason[] = [
        ...parsed.bad,
        ...sorted.bad.map((flaw) => ({ at: parsed.good[Number(flaw.at)]?.line ?? flaw.at, reason: flaw.reason })),
      ];
      return { accepted: sorted.good.length, refused, unfinished: parsed.unfinished, entityId: alias.entity_id };
    },
  };
  return files;
}

function unknownStation(station: string) {
  return {
    vi: `chưa khai báo trạm “${station}”; hãy khai báo mã tệp của trạm rồi bấm Đọc lại`,
    en: `station “${station}” is not registered; register its file code, then retry`,
  };
}

function wrongFolder(station: string, folder: string) {
  return {
    vi: `tệp của trạm “${station}” nằm trong thư mục “${folder}” của nơi khác`,
    en: `a file of station “${station}” lies in the folder “${folder}” of another`,
  };
}
