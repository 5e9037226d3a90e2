import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAudit } from '../../platform/audit/index.ts';
import { type TestDatabase, testDatabase } from '../../platform/database/testing.ts';
import { createLog, type Log } from '../../platform/events/index.ts';
import type { Permission, Principal, Scope } from '../../platform/rights/index.ts';
import { publicPrincipal } from '../../platform/rights/index.ts';
import { createTerritory } from '../../platform/territory/index.ts';
import type { Question } from './ballots.ts';
import { checkBoard, countBoard } from './board.ts';
import {
  countConsultation,
  createConsultation,
  findConsultations,
  type Parts,
  publishConsultation,
  publishedBoard,
  readConsultation,
} from './consultations.ts';
import { askFor, type Ballot, fillIn, isGenuine } from './credentials.ts';
import { checkBatch, enterBatch, findBatches, removeBatch } from './paper.ts';
import { castBallot, giveBallot, type Voter } from './voting.ts';

const person = (id: string, scope: Scope, ...permissions: Permission[]): Principal => ({
  kind: 'user',
  id,
  name: id,
  organisationId: 'ubnd-12433',
  grants: permissions.map((permission) => ({ permission, scope })),
});
const inVuThu: Scope = { all: false, organisations: ['ubnd-12433'], areas: ['12433'] };
const inKienXuong: Scope = { all: false, organisations: ['ubnd-12436'], areas: ['12436'] };
const hoa = person('u-hoa', inVuThu, 'consultation:manage');
const tho = person('u-tho', inVuThu, 'consultation:paper');
const mai = person('u-mai', inVuThu, 'consultation:paper');
const duc = person('u-duc', inKienXuong, 'consultation:manage', 'consultation:paper');

const HOUR = 3_600_000;
const question: Question = {
  kind: 'choice',
  options: [
    { id: 'bridge', title: 'Xây cầu dân sinh' },
    { id: 'lamps', title: 'Lắp đèn đường' },
  ],
};

describe('a vote', () => {
  let database: TestDatabase;
  let log: Log;
  let parts: Parts;
  let clock: number;
  const now = () => new Date(clock);

  beforeEach(async () => {
    database = await testDatabase();
    clock = Date.UTC(2026, 10, 25, 1, 0);
    log = createLog({ db: database.db, pool: database.pool, now, onError: () => undefined });
    const audit = createAudit({ db: database.db, now });
    const territory = createTerritory({ db: database.db, audit, now });
    await territory.seed();
    parts = { db: database.db, now, audit, log, territory };
  });
  afterEach(async () => {
    await log.stop();
    await database.close();
  });

  const draft = (more = {}) =>
    createConsultation(parts, hoa, {
      title: 'Chọn công trình làm trước',
      body: 'Xã có kinh phí làm trước một công trình trong năm 2027.',
      organisationId: 'ubnd-12433',
      areaCode: '12433',
      question,
      binding: true,
      quorum: 2,
      opensAt: new Date(clock + HOUR),
      closesAt: new Date(clock + 10 * HOUR),
      ...more,
    });
  const open = async (more = {}): Promise<string> => {
    const id = await draft(more);
    await publishConsultation(parts, hoa, id, 1);
    clock += 2 * HOUR;
    return id;
  };
  const of = (number: string, residence: string | null = '12433'): Voter => ({
    assurance: 'national-id',
    subject: number,
    account: `account-of-${number}`,
    residence,
  });
  const byPhone = (contact: string, account = `account-of-${contact}`): Voter => ({
    assurance: 'code',
    subject: contact,
    account,
    residence: '12433',
  });
  /** All that a voter's browser does. */
  const ballotOf = async (id: string, voter: Voter, choices: string[]): Promise<Ballot> => {
    const row = await readConsultation(parts, publicPrincipal, id);
    const { publicKey } = row.signers[voter.assurance];
    const voucher = await askFor(id, publicKey);
    const signature = await giveBallot(parts, voter, id, voucher.blinded);
    return fillIn(id, publicKey, voucher, signature, choices);
  };
  const vote = async (id: string, voter: Voter, choice: string) =>
    castBallot(parts, id, voter.assurance, await ballotOf(id, voter, [choice]));

  it('is counted, published whole, and counted again by anybody with the same result', async () => {
    const id = await open();
    const receipts = [
      await vote(id, of('034090000001'), 'bridge'),
      await vote(id, of('034090000002'), 'bridge'),
      await vote(id, of('034090000003'), 'lamps'),
      await vote(id, byPhone('+84912345678'), 'lamps'),
    ];
    await expect(publishedBoard(parts, publicPrincipal, id)).rejects.toThrow('not-counted');
    clock += 10 * HOUR;
    await countConsultation(parts, hoa, id);
    const board = await publishedBoard(parts, publicPrincipal, id);
    expect(await checkBoard(board)).toEqual([]);
    const counted = countBoard(board);
    // Two binding votes for the bridge, one for the lamps; the phone's vote stands apart.
    expect(counted.binding).toEqual({ bridge: 2, lamps: 1 });
    expect(counted.counts.code).toEqual({ bridge: 0, lamps: 1 });
    const { result } = await readConsultation(parts, publicPrincipal, id);
    expect(result).toMatchObject({ ...counted, stands: true, winners: ['bridge'] });
    // Everybody finds their own ballot by its receipt.
    const stored = await sql<{ receipt: string }>`select receipt from ballots`.execute(database.db);
    expect(stored.rows.map((row) => row.receipt).sort()).toEqual(receipts.map((one) => one.receipt).sort());
  });

  it('cannot be altered on the board without being seen: choice, ballot twice, ballot too many', async () => {
    const id = await open();
    await vote(id, of('034090000001'), 'bridge');
    await vote(id, of('034090000002'), 'bridge');
    clock += 10 * HOUR;
    await countConsultation(parts, hoa, id);
    const board = await publishedBoard(parts, publicPrincipal, id);
    const [first, second] = board.ballots['national-id'];
    if (!first || !second) throw new Error('no ballots');
    const faults = async (ballots: Ballot[], given = 2) => {
      const found = await checkBoard({
        ...board,
        given: { ...board.given, 'national-id': given },
        ballots: { ...board.ballots, 'national-id': ballots },
      });
      return found.map((one) => one.what);
    };
    expect(await faults([{ ...first, choices: ['lamps'] }, second])).toEqual(['not-genuine']);
    expect(await faults([first, first])).toEqual(['twice']);
    expect(await faults([first, second], 1)).toEqual(['more-than-given']);
    // A credential of the other list is none of this one.
    expect(await isGenuine(id, board.publicKeys.code, first)).toBe(false);
  });

  it('is one for each person: not in two tabs, not with two accounts of one person', async () => {
    const id = await open();
    const row = await readConsultation(parts, publicPrincipal, id);
    const { publicKey } = row.signers['national-id'];
    const [tabOne, tabTwo] = [await askFor(id, publicKey), await askFor(id, publicKey)];
    const tries = await Promise.allSettled([
      giveBallot(parts, of('034090000001'), id, tabOne.blinded),
      // The second account has another name there and the same citizen's number.
      giveBallot(parts, of('034090000001'), id, tabTwo.blinded),
    ]);
    expect(tries.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
    expect(
      tries.filter((one) => one.status === 'rejected' && String(one.reason).includes('ballot-given')),
    ).toHaveLength(1);
    const rows = await sql`select from voting_roll`.execute(database.db);
    expect(rows.rows).toHaveLength(1);
  });

  it('is one for each account: not by the national identity and by a code besides, in either order', async () => {
    const id = await open();
    await vote(id, of('034090000001'), 'bridge');
    await expect(vote(id, byPhone('+84912345678', 'account-of-034090000001'), 'lamps')).rejects.toThrow('ballot-given');
    await vote(id, byPhone('+84987654321', 'account-of-034090000002'), 'lamps');
    await expect(vote(id, of('034090000002'), 'bridge')).rejects.toThrow('ballot-given');
    expect((await sql`select from voting_roll`.execute(database.db)).rows).toHaveLength(2);
  });

  it('survives a lost answer: the same request gives the same signature, the same ballot the same receipt', async () => {
    const id = await open();
    const row = await readConsultation(parts, publicPrincipal, id);
    const { publicKey } = row.signers['national-id'];
    const voucher = await askFor(id, publicKey);
    const signature = await giveBallot(parts, of('034090000001'), id, voucher.blinded);
    expect(await giveBallot(parts, of('034090000001'), id, voucher.blinded)).toBe(signature);
    const ballot = await fillIn(id, publicKey, voucher, signature, ['lamps']);
    const both = await Promise.all([
      castBallot(parts, id, 'national-id', ballot),
      castBallot(parts, id, 'national-id', ballot),
    ]);
    expect(both[0]?.receipt).toBe(both[1]?.receipt);
    const other = await fillIn(id, publicKey, voucher, signature, ['bridge']);
    await expect(castBallot(parts, id, 'national-id', other)).rejects.toThrow('ballot-cast');
    clock += 10 * HOUR;
    // Asked after the end, a ballot that is in still has its receipt; a new one is refused.
    expect((await castBallot(parts, id, 'national-id', ballot)).receipt).toBe(both[0]?.receipt);
    await expect(giveBallot(parts, of('034090000002'), id, voucher.blinded)).rejects.toThrow('wrong-stage');
  });

  it('is secret: what is kept of the voter and what is kept of the ballot have nothing in common', async () => {
    const id = await open();
    await vote(id, of('034090000001'), 'bridge');
    const roll = await sql<{ text: string }>`select r::text as text from voting_roll r`.execute(database.db);
    const box = await sql<{ key: string; credential: string }>`select key, credential from ballots`.execute(
      database.db,
    );
    const [kept] = box.rows;
    expect(roll.rows[0]?.text).not.toContain(kept?.key);
    expect(roll.rows[0]?.text).not.toContain(kept?.credential);
    expect(roll.rows[0]?.text).not.toContain('034090000001');
    clock += 10 * HOUR;
    await countConsultation(parts, hoa, id);
    expect((await readConsultation(parts, publicPrincipal, id)).roll_key).toBe(null);
  });

  it('is refused to who lives elsewhere, whose residence is unknown, and forged ballots', async () => {
    const id = await open();
    await expect(ballotOf(id, of('034090000001', '12436'), ['bridge'])).rejects.toThrow('not-resident');
    await expect(ballotOf(id, of('034090000001', null), ['bridge'])).rejects.toThrow('residence-unknown');
    const good = await ballotOf(id, of('034090000001'), ['bridge']);
    const forged = { ...good, credential: `${good.credential.slice(0, -4)}AAAA` };
    await expect(castBallot(parts, id, 'national-id', forged)).rejects.toThrow('not-genuine');
    await expect(castBallot(parts, id, 'code', good)).rejects.toThrow('not-genuine');
    await expect(castBallot(parts, id, 'national-id', { ...good, choices: ['lamps'] })).rejects.toThrow('not-genuine');
    const elsewhere = await open();
    await expect(castBallot(parts, elsewhere, 'national-id', good)).rejects.toThrow('not-genuine');
  });

  it('on paper counts when a second person counted the same, and nobody votes in both ways', async () => {
    const id = await open();
    await vote(id, of('034090000001'), 'bridge');
    const batch = {
      areaCode: '12433',
      place: 'Nhà văn hóa thôn Hữu Hộ',
      counts: { bridge: 1, lamps: 2 },
      spoiled: 0,
      citizens: ['034090000011', '034090000012', '034090000013'],
    };
    await expect(
      enterBatch(parts, tho, id, { ...batch, citizens: ['034090000001', '034090000012', '034090000012'] }),
    ).rejects.toMatchObject({ code: 'wrong-roll', flaws: [{ at: '/citizens/0' }, { at: '/citizens/2' }] });
    await expect(enterBatch(parts, tho, id, { ...batch, counts: { bridge: 2, lamps: 2 } })).rejects.toThrow('add-up');
    await expect(enterBatch(parts, duc, id, batch)).rejects.toThrow('forbidden');
    const batchId = await enterBatch(parts, tho, id, batch);
    await expect(ballotOf(id, of('034090000012'), ['lamps'])).rejects.toThrow('voted-on-paper');

    clock += 10 * HOUR;
    await expect(countConsultation(parts, hoa, id)).rejects.toThrow('paper-unchecked');
    await expect(checkBatch(parts, tho, batchId, batch)).rejects.toThrow('same-person');
    await expect(checkBatch(parts, mai, batchId, { counts: { bridge: 2, lamps: 1 }, spoiled: 0 })).rejects.toThrow(
      'differ',
    );
    await checkBatch(parts, mai, batchId, batch);
    await countConsultation(parts, hoa, id);
    const { result } = await readConsultation(parts, publicPrincipal, id);
    // Online one for the bridge; paper one and two.
    expect(result?.binding).toEqual({ bridge: 2, lamps: 2 });
    expect(result?.stands).toBe(false);
    expect(result?.why.vi).toContain('bằng phiếu nhau');
    expect(await checkBoard(await publishedBoard(parts, publicPrincipal, id))).toEqual([]);
  });

  it('on paper can be taken out and entered anew, by those of the place only', async () => {
    const id = await open();
    const batch = { areaCode: '12433', place: 'Thôn 1', counts: { bridge: 1 }, spoiled: 0, citizens: ['034090000011'] };
    const batchId = await enterBatch(parts, tho, id, batch);
    const row = await readConsultation(parts, publicPrincipal, id);
    expect(await findBatches(parts, mai, row)).toHaveLength(1);
    expect(await findBatches(parts, duc, row)).toHaveLength(0);
    await expect(removeBatch(parts, duc, batchId, 'nhầm thôn')).rejects.toThrow('forbidden');
    await removeBatch(parts, tho, batchId, 'nhập nhầm thôn');
    await enterBatch(parts, tho, id, batch);
    expect((await sql`select from voting_roll`.execute(database.db)).rows).toHaveLength(1);
  });

  it('without enough binding votes does not stand, however many advise', async () => {
    const id = await open();
    await vote(id, of('034090000001'), 'bridge');
    await vote(id, byPhone('+84912345678'), 'bridge');
    clock += 10 * HOUR;
    await countConsultation(parts, hoa, id);
    const { result } = await readConsultation(parts, publicPrincipal, id);
    expect(result).toMatchObject({ bindingVoters: 1, stands: false });
    expect(result?.why.en).toBe('Only 1 binding votes; at least 2 are needed.');
  });

  it('is prepared by its organisation alone: a draft does not exist for others, what is published is not changed', async () => {
    const id = await draft();
    await expect(readConsultation(parts, publicPrincipal, id)).rejects.toThrow('not-found');
    await expect(readConsultation(parts, duc, id)).rejects.toThrow('not-found');
    await expect(publishConsultation(parts, duc, id, 1)).rejects.toThrow('not-found');
    const listed = (principal: Principal, drafts: boolean) =>
      findConsultations(parts, principal, { drafts, limit: 10, offset: 0 }).then((found) => found.total);
    expect([await listed(hoa, true), await listed(duc, true), await listed(publicPrincipal, true)]).toEqual([1, 0, 0]);
    await publishConsultation(parts, hoa, id, 1);
    expect(await listed(publicPrincipal, false)).toBe(1);
    await expect(publishConsultation(parts, hoa, id, 2)).rejects.toThrow('wrong-stage');
    await expect(countConsultation(parts, duc, id)).rejects.toThrow('forbidden');
  });

  it('over a budget is refused where it asks for more than there is', async () => {
    const id = await open({
      question: {
        kind: 'budget',
        budgetVnd: 100_000_000,
        options: [
          { id: 'bridge', title: 'Cầu', costVnd: 80_000_000 },
          { id: 'lamps', title: 'Đèn', costVnd: 30_000_000 },
        ],
      },
    });
    await expect(
      castBallot(parts, id, 'national-id', await ballotOf(id, of('034090000001'), ['bridge', 'lamps'])),
    ).rejects.toThrow('not-a-valid-ballot');
    await vote(id, of('034090000002'), 'lamps');
  });
});
