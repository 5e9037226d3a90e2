/**
 * Citizens: people outside the authorities, as far as they let themselves be known. Promise: nobody needs an account
 * to look or report; a contact counts only after a code sent to it came back; guessing a code is stopped in the
 * database, whichever process is asked; what is personal lies sealed with the person's own key, every reading of it
 * by staff names its purpose and is audited, and erasing a person destroys the key.
 */
import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { Audit } from '../audit/index.ts';
import { type Db, inTransaction, type Tx } from '../database/index.ts';
import type { Notify } from '../notify/index.ts';
import { type Principal, publicPrincipal } from '../rights/index.ts';
import { refuse } from '../words/index.ts';
import { countAttempt, forgetAttempts, type Limit } from './attempts.ts';
import { type Contact, maskContact, readContact } from './contact.ts';
import { SESSION_COOKIE } from './cookie.ts';
import { createDigests } from './digests.ts';
import { createEId, type EIdOptions } from './e-id.ts';
import { newSubject, seal, unseal } from './seals.ts';
import type { CitizensTables } from './tables.ts';

export type { Limit } from './attempts.ts';
export { type Contact, maskContact, readContact } from './contact.ts';
export type { EIdOptions } from './e-id.ts';
export { type Found, findMasks, maskText } from './masks.ts';
export { confirmFirst, demandCitizen, demandOwnPage, serveCitizens } from './routes.ts';
export { sameText, textSigns } from './text-signs.ts';

export type Assurance = 'code' | 'national-id';

/** Who a citizen's session is of. */
export type Citizen = {
  id: string;
  assurance: Assurance;
  /** code of the unit where the person lives */
  residence: string | null;
  residenceBy: 'self' | 'national-id' | null;
};

export type Profile = Citizen & { contacts: { kind: Contact['kind']; shown: string }[]; name: string | null };

export type Citizens = {
  /** Sends a code to a phone or mailbox; the answer is the same whether anybody is known there. */
  sendCode(contact: string, ip: string): Promise<{ expiresInSeconds: number }>;
  /** The code that came back: the person (a new one where the contact is new) and a session's token. */
  confirm(
    contact: string,
    code: string,
    ip: string,
    present: Citizen | null,
  ): Promise<{ citizen: Citizen; token: string }>;
  /** Whose session this request carries; null for a stranger. */
  of(request: Pick<FastifyRequest, 'cookies'>): Promise<Citizen | null>;
  signOut(token: string): Promise<void>;
  profile(citizen: Citizen): Promise<Profile>;
  /** Where the person says they live; what the national identity said is not overwritten. */
  setResidence(citizen: Citizen, unitCode: string): Promise<Citizen>;
  /** What makes a person one and the same in one matter: their citizen's number, or the first contact they confirmed. */
  subjectOf(citizen: Citizen): Promise<{ kind: 'citizen' | 'contact'; value: string }>;
  /**
   * Tells a person something, at the contact they confirmed last; nothing where they have none.
   * @param about what it is the state of: of several that could not be sent in time only the last is
   */
  tell(tx: Tx, citizenId: string, message: { about: string; subject: string; text: string }): Promise<void>;
  /** A contact for an officer with a purpose; every call is audited. Null where there is none or the person was erased. */
  contactFor(principal: Principal, purpose: string, citizenId: string): Promise<Contact | null>;
  /** Whose account a contact was confirmed for, asked for a purpose and audited; null where it is nobody's. */
  holderOf(principal: Principal, purpose: string, contact: Contact): Promise<string | null>;
  /** A key for values of a person who has no account here (a caller, somebody who left a name only). */
  newSubject(tx: Tx): Promise<string>;
  /** Seals a personal value with the person's key. */
  seal(db: Db | Tx, subject: string, value: string): Promise<Buffer>;
  /** The value for a reader with a purpose, audited; null where the person was erased. */
  unseal(principal: Principal, purpose: string, subject: string, sealed: Buffer): Promise<string | null>;
  /** Erases a person: sessions, contacts, and the key of all that was sealed. */
  erase(principal: Principal, citizenId: string): Promise<void>;
  /** What else has to go when a person is erased, in the same transaction. */
  whenErased(work: (tx: Tx, citizenId: string) => Promise<void>): void;
  /** Keeps guessing slow for whatever else is behind a code; throws 429. */
  limit(limits: readonly Limit[]): Promise<void>;
  /** Says who is kept out; the system that keeps the list says it once, and refuses in its own words. */
  keepOut(check: (citizenId: string, contacts: readonly Contact[]) => Promise<void>): void;
  /** Refuses who is kept out; asked wherever a person's words are taken. */
  demandNotKeptOut(citizenId: string): Promise<void>;
  eId: ReturnType<typeof createEId>;
};

export type CitizensOptions = {
  db: Db;
  audit: Pick<Audit, 'record'>;
  notify: Pick<Notify, 'post' | 'push'>;
  now: () => Date;
  /** Whether a code names a unit of the province's territory. */
  isUnit: (code: string) => boolean;
  eId?: EIdOptions;
};

const CODE_SECONDS = 600;
const CODE_ATTEMPTS = 5;
const SESSION_MS = 30 * 24 * 3600_000;
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

const hash = (text: string): Buffer => createHash('sha256').update(text).digest();

export function createCitizens(options: CitizensOptions): Citizens {
  const { db, audit, now } = options;
  const tables = db.withTables<CitizensTables>();
  const whenErased: ((tx: Tx, citizenId: string) => Promise<void>)[] = [];
  const digestOf = createDigests(db);

  const open = async (tx: Tx, citizenId: string, assurance: Assurance): Promise<string> => {
    const token = randomBytes(32).toString('base64url');
    const at = now();
    await tx
      .withTables<CitizensTables>()
      .insertInto('citizen_sessions')
      .values({
        token_hash: hash(token),
        citizen_id: citizenId,
        assurance,
        created_at: at,
        expires_at: new Date(at.getTime() + SESSION_MS),
      })
      .execute();
    await audit.record(tx, {
      principal: publicPrincipal,
      action: 'citizen.sign-in',
      subject: `citizen:${citizenId}`,
      detail: { assurance },
    });
    return token;
  };

  const read = async (tx: Db | Tx, id: string, assurance: Assurance): Promise<Citizen> => {
    const row = await tx
      .withTables<CitizensTables>()
      .selectFrom('citizens')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    return { id, assurance, residence: row.residence, residenceBy: row.residence_by };
  };

  const create = async (tx: Tx): Promise<string> => {
    const id = await newSubject(tx, now());
    await tx
      .withTables<CitizensTables>()
      .insertInto('citizens')
      .values({
        id,
        created_at: now(),
        residence: null,
        residence_by: null,
        number_digest: null,
        number_sealed: null,
        name_sealed: null,
        erased_at: null,
      })
      .execute();
    return id;
  };

  const contactsOf = async (citizenId: string): Promise<Contact[]> => {
    const rows = await tables
      .selectFrom('citizen_contacts')
      .selectAll()
      .where('citizen_id', '=', citizenId)
      .orderBy('confirmed_at')
      .orderBy('digest')
      .execute();
    const contacts: Contact[] = [];
    for (const row of rows) {
      const value = await unseal(db, citizenId, row.sealed);
      if (value !== null) contacts.push({ kind: row.kind, value });
    }
    return contacts;
  };

  let keptOut: Parameters<Citizens['keepOut']>[0] | null = null;

  return {
    keepOut(check) {
      if (keptOut) throw new Error('who is kept out is said already');
      keptOut = check;
    },
    async demandNotKeptOut(citizenId) {
      if (keptOut) await keptOut(citizenId, await contactsOf(citizenId));
    },
    async sendCode(given, ip) {
      const contact = readContact(given);
      const digest = await digestOf(contact.kind, contact.value);
      const at = now();
      await countAttempt(
        db,
        [
          { key: `send:${digest.toString('base64url')}`, most: 5, withinSeconds: 3600 },
          { key: `send-from:${ip}`, most: 30, withinSeconds: 3600 },
          // A flood of messages costs the province money, whatever addresses it comes from.
          { key: 'send-all', most: 3000, withinSeconds: 3600 },
        ],
        at,
      );
      const code = String(randomInt(0, 1_000_000)).padStart(6, '0');
      await inTransaction(db, async (tx) => {
        await tx
          .withTables<CitizensTables>()
          .insertInto('contact_codes')
          .values({
            digest,
            code_hash: await digestOf('code', `${digest.toString('base64')}:${code}`),
            sent_at: at,
            expires_at: new Date(at.getTime() + CODE_SECONDS * 1000),
            attempts: 0,
          })
          .onConflict((conflict) =>
            conflict.column('digest').doUpdateSet((eb) => ({
              code_hash: eb.ref('excluded.code_hash'),
              sent_at: eb.ref('excluded.sent_at'),
              expires_at: eb.ref('excluded.expires_at'),
              attempts: 0,
            })),
          )
          .execute();
        await options.notify.post(tx, {
          channel: contact.kind === 'phone' ? 'sms' : 'email',
          address: contact.value,
          subject: 'Mã xác nhận của Đô thị thông minh Thái Bình',
          body: `Mã xác nhận của bạn là ${code}, có hiệu lực 10 phút. Không đưa mã này cho ai, kể cả người tự xưng là cán bộ.`,
          // A code that is not valid any more only confuses.
          lastsMs: CODE_SECONDS * 1000,
        });
      });
      return { expiresInSeconds: CODE_SECONDS };
    },

    async confirm(given, code, ip, present) {
      const contact = readContact(given);
      const digest = await digestOf(contact.kind, contact.value);
      const at = now();
      await countAttempt(db, [{ key: `confirm-from:${ip}`, most: 60, withinSeconds: 3600 }], at);
      // Counted in its own statement before it is looked at: a hundred at once are no better than one after another.
      const row = await tables
        .updateTable('contact_codes')
        .set((eb) => ({ attempts: eb('attempts', '+', 1) }))
        .where('digest', '=', digest)
        .where('expires_at', '>', at)
        .where('attempts', '<', CODE_ATTEMPTS)
        .returning('code_hash')
        .executeTakeFirst();
      const expected = await digestOf('code', `${digest.toString('base64')}:${code.trim()}`);
      if (!row || !timingSafeEqual(row.code_hash, expected)) throw wrongCode();
      return inTransaction(db, async (tx) => {
        const own = tx.withTables<CitizensTables>();
        // Once only: of two requests with the right code one deletes it.
        const used = await own
          .deleteFrom('contact_codes')
          .where('digest', '=', digest)
          .where('code_hash', '=', expected)
          .executeTakeFirst();
        if (used.numDeletedRows !== 1n) throw wrongCode();
        const known = await own
          .selectFrom('citizen_contacts')
          .select('citizen_id')
          .where('digest', '=', digest)
          .executeTakeFirst();
        // A contact of somebody else stays theirs: who confirms it becomes that person, not both.
        const id = known?.citizen_id ?? present?.id ?? (await create(tx));
        if (!known) {
          await own
            .insertInto('citizen_contacts')
            .values({
              digest,
              citizen_id: id,
              kind: contact.kind,
              sealed: await seal(tx, id, contact.value),
              confirmed_at: at,
            })
            .execute();
        }
        await forgetAttempts(tx, `send:${digest.toString('base64url')}`);
        const assurance: Assurance = present?.id === id ? present.assurance : 'code';
        return { citizen: await read(tx, id, assurance), token: await open(tx, id, assurance) };
      });
    },

    async of(request) {
      const token = request.cookies[SESSION_COOKIE];
      if (token === undefined || !TOKEN.test(token)) return null;
      const row = await tables
        .selectFrom('citizen_sessions as s')
        .innerJoin('citizens as c', 'c.id', 's.citizen_id')
        .select(['c.id', 's.assurance', 'c.residence', 'c.residence_by'])
        .where('s.token_hash', '=', hash(token))
        .where('s.expires_at', '>', now())
        .where('c.erased_at', 'is', null)
        .executeTakeFirst();
      return row
        ? { id: row.id, assurance: row.assurance, residence: row.residence, residenceBy: row.residence_by }
        : null;
    },

    async signOut(token) {
      await tables.deleteFrom('citizen_sessions').where('token_hash', '=', hash(token)).execute();
    },

    async profile(citizen) {
      const row = await tables
        .selectFrom('citizens')
        .select('name_sealed')
        .where('id', '=', citizen.id)
        .executeTakeFirstOrThrow();
      return {
        ...citizen,
        name: row.name_sealed ? await unseal(db, citizen.id, row.name_sealed) : null,
        contacts: (await contactsOf(citizen.id)).map((contact) => ({
          kind: contact.kind,
          shown: maskContact(contact),
        })),
      };
    },

    async setResidence(citizen, unitCode) {
      if (citizen.residenceBy === 'national-id') throw residenceKnown();
      if (!options.isUnit(unitCode)) throw noUnit();
      await tables
        .updateTable('citizens')
        .set({ residence: unitCode, residence_by: 'self' })
        .where('id', '=', citizen.id)
        .execute();
      return { ...citizen, residence: unitCode, residenceBy: 'self' };
    },

    async subjectOf(citizen) {
      const row = await tables
        .selectFrom('citizens')
        .select('number_sealed')
        .where('id', '=', citizen.id)
        .executeTakeFirstOrThrow();
      if (citizen.assurance === 'national-id') {
        const number = row.number_sealed && (await unseal(db, citizen.id, row.number_sealed));
        if (number) return { kind: 'citizen', value: number };
      }
      const [first] = await contactsOf(citizen.id);
      return { kind: 'contact', value: first?.value ?? citizen.id };
    },

    async tell(tx, citizenId, { about, subject, text }) {
      const contact = (await contactsOf(citizenId)).at(-1);
      if (!contact) return;
      await options.notify.post(tx, {
        channel: contact.kind === 'phone' ? 'sms' : 'email',
        address: contact.value,
        subject,
        body: text,
        about,
      });
    },

    async contactFor(principal, purpose, citizenId) {
      const contact = (await contactsOf(citizenId)).at(-1) ?? null;
      await inTransaction(db, (tx) => recordReading(tx, audit, principal, purpose, citizenId, contact !== null));
      return contact;
    },

    async holderOf(principal, purpose, { kind, value }) {
      const row = await tables
        .selectFrom('citizen_contacts')
        .select('citizen_id')
        .where('digest', '=', await digestOf(kind, value))
        .executeTakeFirst();
      if (!row) return null;
      await inTransaction(db, (tx) => recordReading(tx, audit, principal, purpose, row.citizen_id, true));
      return row.citizen_id;
    },

    newSubject: (tx) => newSubject(tx, now()),
    seal,

    async unseal(principal, purpose, subject, sealed) {
      const value = await unseal(db, subject, sealed);
      await inTransaction(db, (tx) => recordReading(tx, audit, principal, purpose, subject, value !== null));
      return value;
    },

    async erase(principal, citizenId) {
      await inTransaction(db, async (tx) => {
        const own = tx.withTables<CitizensTables>();
        await own.deleteFrom('citizen_sessions').where('citizen_id', '=', citizenId).execute();
        await own.deleteFrom('citizen_contacts').where('citizen_id', '=', citizenId).execute();
        await own
          .updateTable('citizens')
          .set({
            erased_at: now(),
            number_digest: null,
            number_sealed: null,
            name_sealed: null,
            residence: null,
            residence_by: null,
          })
          .where('id', '=', citizenId)
          .execute();
        await own
          .updateTable('subject_keys')
          .set({ key: null, erased_at: now() })
          .where('subject', '=', citizenId)
          .execute();
        await options.notify.push.forget(tx, [`citizen:${citizenId}`]);
        for (const work of whenErased) await work(tx, citizenId);
        await audit.record(tx, { principal, action: 'citizen.erase', subject: `citizen:${citizenId}` });
      });
    },

    whenErased: (work) => void whenErased.push(work),

    limit: (limits) => countAttempt(db, limits, now()),

    eId: createEId({
      db,
      now,
      options: options.eId,
      async enter({ number, name, residence }) {
        const digest = await digestOf('number', number);
        return inTransaction(db, async (tx) => {
          const own = tx.withTables<CitizensTables>();
          const known = await own
            .selectFrom('citizens')
            .select('id')
            .where('number_digest', '=', digest)
            .executeTakeFirst();
          const id = known?.id ?? (await create(tx));
          const lives = residence !== null && options.isUnit(residence) ? residence : null;
          await own
            .updateTable('citizens')
            .set({
              number_digest: digest,
              number_sealed: await seal(tx, id, number),
              ...(name ? { name_sealed: await seal(tx, id, name) } : {}),
              ...(lives ? { residence: lives, residence_by: 'national-id' as const } : {}),
            })
            .where('id', '=', id)
            .execute();
          return open(tx, id, 'national-id');
        });
      },
    }),
  };
}

function recordReading(
  tx: Tx,
  audit: Pick<Audit, 'record'>,
  principal: Principal,
  purpose: string,
  subject: string,
  found: boolean,
): Promise<void> {
  return audit.record(tx, {
    principal,
    action: 'personal.read',
    subject: `citizen:${subject}`,
    detail: { purpose, found },
  });
}

function wrongCode() {
  return refuse(422, 'wrong-code', {
    vi: 'Mã không đúng hoặc đã hết hạn. Sau 5 lần sai phải lấy mã mới.',
    en: 'The code is wrong or has expired. After 5 wrong ones a new code is needed.',
  });
}

function residenceKnown() {
  return refuse(409, 'residence-known', {
    vi: 'Nơi cư trú của bạn lấy từ định danh quốc gia nên không sửa ở đây.',
    en: 'Your residence comes from the national identity and is not changed here.',
  });
}

function noUnit() {
  return refuse(422, 'no-such-unit', {
    vi: 'Không có xã, phường này. Hãy chọn trong danh sách.',
    en: 'There is no such commune or ward. Choose one from the list.',
  });
}
