/**
 * What the people of the demo propose, discuss, ask, vote on and judge: by the functions that a citizen's and an
 * officer's requests come to, under the same limits and rights. Their accounts are confirmed by codes that this file
 * reads in place of a telephone; their addresses end in `.invalid`, which nobody can have.
 */
import { type Citizen, type Citizens, createCitizens } from '../platform/citizens/index.ts';
import { type Permission, type Principal, publicPrincipal, systemPrincipal } from '../platform/rights/index.ts';
import { hashed } from '../simulation/noise.ts';
import {
  consultations,
  initiativeBallots,
  initiatives,
  type PlannedComment,
  type PlannedConsultation,
  type PlannedInitiative,
  type PlannedQuestion,
  type PlannedSurvey,
  people,
  questions,
  surveys,
} from '../simulation/voices.ts';
import { comment, commentAsAgency, decideComment, type On, reportComment } from '../systems/participation/comments.ts';
import {
  countConsultation,
  createConsultation,
  publishConsultation,
  readConsultation,
} from '../systems/participation/consultations.ts';
import { askFor, fillIn } from '../systems/participation/credentials.ts';
import {
  answeredByConsultation,
  answerInitiative,
  draftConsultation,
  raiseIfSupported,
  workInitiatives,
} from '../systems/participation/initiative-answers.ts';
import { decide, propose, readInitiative, support, type VoiceParts } from '../systems/participation/initiatives.ts';
import { checkBatch, enterBatch } from '../systems/participation/paper.ts';
import type { SurveyAnswers } from '../systems/participation/survey-results.ts';
import { answerSurvey, closeSurvey, invite, openSurvey, surveyTables } from '../systems/participation/surveys.ts';
import { voiceTables } from '../systems/participation/voice-tables.ts';
import { castBallot, giveBallot } from '../systems/participation/voting.ts';
import * as desk from '../systems/reports/desk.ts';
import { partsOf } from '../systems/reports/make-parts.ts';
import { tablesOf } from '../systems/reports/parts.ts';
import { QUESTION } from '../systems/reports/question-categories.ts';
import { placeOfQuestion } from '../systems/reports/questions.ts';
import { submit } from '../systems/reports/submit.ts';
import type { Past } from './demo-past.ts';
import { reportStaff, simulator } from './demo-reports.ts';

const DAY = 86_400_000;
const HOUR = 3_600_000;
const simulated = true;

const acting = (who: string, name: string, granted: readonly Permission[]): Principal => ({
  ...systemPrincipal(`simulation-${who}`, granted),
  name: `Bộ mô phỏng (${name})`,
});
const officer = acting('officer', 'thay cán bộ', [
  'case:read',
  'consultation:manage',
  'consultation:paper',
  'voice:moderate',
  'voice:answer',
]);
/** Whoever counts again is another person. */
const recounter = acting('recounter', 'thay người kiểm lại', ['consultation:paper']);

type Stage = {
  past: Past;
  parts: VoiceParts;
  people: Map<string, Citizen[]>;
  /** An hour of Vietnam's day, so many days from the present. */
  day(days: number, hour: number): Date;
  /** Sets the clock: so many days before the present, at an hour of the day; never after the present. */
  at(daysAgo: number, hour?: number): void;
};

/** Makes what is not there yet: each initiative, consultation, survey and question is known again by its title. */
export async function liveVoices(past: Past): Promise<void> {
  const began = performance.now();
  const { composed, clock, present } = past;
  const midnight = Math.floor((present + 7 * HOUR) / DAY) * DAY - 7 * HOUR;
  const day = (days: number, hour: number): Date => new Date(midnight + days * DAY + hour * HOUR);
  const at = (daysAgo: number, hour = 9): void => {
    clock.now = new Date(Math.min(present, day(-daysAgo, hour).getTime()));
  };
  const codes: string[] = [];
  const citizens = createCitizens({
    db: composed.db,
    audit: composed.audit,
    now: () => clock.now,
    isUnit: (code) => composed.territory.areaClosure(code).length > 0,
    notify: {
      push: composed.notify.push,
      async post(_tx, { body }) {
        codes.push(...(body.match(/\b\d{6}\b/) ?? []));
      },
    },
  });
  const parts: VoiceParts = { ...composed.platform, citizens };
  const stage: Stage = { past, parts, people: new Map(), at, day };
  const tables = voiceTables(composed.db);
  const [proposed, asked, surveyed] = await Promise.all([
    tables.selectFrom('initiatives').select('title').where('provenance', '=', 'simulated').execute(),
    tables.selectFrom('consultations').select('title').where('provenance', '=', 'simulated').execute(),
    surveyTables(composed.db).selectFrom('surveys').select('title').where('provenance', '=', 'simulated').execute(),
  ]);
  const isNew = (known: readonly { title: string }[]) => (one: { title: string }) =>
    !known.some(({ title }) => title === one.title);
  const work: (() => Promise<void>)[] = [
    ...initiatives.filter(isNew(proposed)).map((one, n) => () => liveInitiative(stage, one, n)),
    ...consultations.filter(isNew(asked)).map((one) => () => liveConsultation(stage, one)),
    ...surveys.filter(isNew(surveyed)).map((one) => () => liveSurvey(stage, one)),
    () => liveQuestions(stage),
  ];
  if (work.length > 1) stage.people = await settle(citizens, codes, at);
  for (const one of work) {
    if (past.signal.aborted) return;
    await one();
  }
  past.logger.info({ voices: work.length, ms: Math.round(performance.now() - began) }, 'simulated voices');
}

/** Everybody confirms an address and says where they live; asked again they are the same people. */
async function settle(citizens: Citizens, codes: string[], at: Stage['at']): Promise<Map<string, Citizen[]>> {
  const settled = new Map<string, Citizen[]>();
  at(80);
  for (const [area, count] of Object.entries(people)) {
    const here: Citizen[] = [];
    for (let n = 0; n < count; n++) {
      const from = `mo-phong-${area}-${n}`;
      const contact = `${from}@nguoi-dan.invalid`;
      await citizens.sendCode(contact, from);
      const { citizen } = await citizens.confirm(contact, codes.pop() ?? '', from, null);
      here.push(await citizens.setResidence(citizen, area));
    }
    settled.set(area, here);
  }
  return settled;
}

const livingIn = (stage: Stage, area: string | null): Citizen[] =>
  area === null ? [...stage.people.values()].flat() : (stage.people.get(area) ?? []);

async function liveInitiative(stage: Stage, one: PlannedInitiative, n: number): Promise<void> {
  const { parts, at } = stage;
  const author = livingIn(stage, one.area)[n % 3];
  if (!author) throw new Error(`nobody of the simulation lives in ${one.area}`);
  const areaCode = one.wholeProvince ? null : one.area;
  const { title, body, category, ends } = one;
  at(one.daysAgo, 20);
  const id = await propose(parts, author, {
    requestId: `mo-phong-${title}`,
    title,
    body,
    category,
    areaCode,
    simulated,
  });
  const read = () => readInitiative(parts, officer, null, id);
  const first = await read();
  if (ends.as === 'waiting') return;
  at(one.daysAgo - 1, 8);
  if (ends.as === 'refused')
    return decide(parts, officer, id, { verdict: 'refuse', reason: ends.reason }, first.version);
  const organisationId = first.organisation_id;
  await decide(parts, officer, id, { verdict: 'publish', title, body: first.body, organisationId }, first.version);
  const until = 'daysAgo' in ends ? ends.daysAgo : 1;
  for (const [nth, citizen] of livingIn(stage, areaCode).slice(0, ends.supporters).entries()) {
    // Many in the first days, fewer later.
    at(one.daysAgo - 1 - (one.daysAgo - 1 - until) * (nth / ends.supporters) ** 2, 19);
    await support(parts, citizen, id);
    await raiseIfSupported(parts, id);
  }
  at(Math.max(until, one.daysAgo - 3), 20);
  await talk(stage, { kind: 'initiative', id }, livingIn(stage, one.area), one.talk ?? []);
  at(until, 10);
  if (ends.as === 'answered') await answerInitiative(parts, officer, id, ends.answer, (await read()).version);
  if (ends.as === 'lapsed') await workInitiatives(parts);
  if (ends.as !== 'consulted') return;
  const consultation = await draftConsultation(parts, officer, id);
  await publishConsultation(parts, officer, consultation, 1, (tx, row) =>
    answeredByConsultation(parts, tx, officer, row),
  );
  at(1, 18);
  await vote(stage, consultation, one.area, initiativeBallots);
}

async function talk(stage: Stage, on: On, here: Citizen[], said: readonly PlannedComment[], parent?: string) {
  const { parts } = stage;
  const { clock, present } = stage.past;
  for (const { by, text, replies = [], taken, reported } of said) {
    clock.now = new Date(Math.min(present, clock.now.getTime() + 47 * 60_000));
    const input = { requestId: `mo-phong-${text}`, text, simulated, ...(parent ? { parent } : {}) };
    const citizen = here[by === 'agency' ? 0 : by % here.length];
    if (!citizen) throw new Error('nobody of the simulation lives there');
    const { id } =
      by === 'agency' ? await commentAsAgency(parts, officer, on, input) : await comment(parts, citizen, on, input);
    if (taken) await decideComment(parts, officer, id, { verdict: 'remove', reason: taken });
    if (reported) await reportComment(parts, citizen, id, reported);
    await talk(stage, on, here, replies, id);
  }
}

async function liveConsultation(stage: Stage, one: PlannedConsultation): Promise<void> {
  const { parts, at, day } = stage;
  at(one.createdDaysAgo, 14);
  const unit = one.area === null ? 'ubnd-tinh' : `ubnd-${one.area}`;
  const id = await createConsultation(parts, officer, {
    title: one.title,
    body: one.body,
    organisationId: unit,
    areaCode: one.area,
    question: one.question,
    binding: one.binding,
    quorum: one.quorum,
    opensAt: day(one.opens, 7),
    closesAt: day(one.closes, 17),
    simulated,
  });
  if (one.stays === 'draft') return;
  await publishConsultation(parts, officer, id, 1);
  if (one.opens >= 0) return;
  at(-one.opens - 2, 19);
  await talk(stage, { kind: 'consultation', id }, livingIn(stage, one.area), one.talk ?? []);
  at(Math.max(1, -one.closes + 1), 18);
  await vote(stage, id, one.area, one.ballots);
  for (const [nth, batch] of one.paper.entries()) {
    // No province has the code 000: nobody's number begins like this.
    const citizens = Array.from({ length: batch.voters }, (_, n) => `000${String(nth * 1000 + n).padStart(9, '0')}`);
    const { place, counts, spoiled } = batch;
    const entered = await enterBatch(parts, officer, id, {
      areaCode: one.area ?? '',
      place,
      counts,
      spoiled,
      citizens,
    });
    if (batch.checked) await checkBatch(parts, recounter, entered, { counts, spoiled });
  }
  if (one.closes >= 0 || one.stays === 'uncounted') return;
  at(-one.closes - 1, 9);
  await countConsultation(parts, officer, id);
}

/** All that a voter's browser does, one ballot after another. */
async function vote(stage: Stage, id: string, area: string | null, ballots: PlannedConsultation['ballots']) {
  const { parts } = stage;
  const row = await readConsultation(parts, publicPrincipal, id);
  for (const [n, { list, choices }] of ballots.entries()) {
    if (stage.past.signal.aborted) return;
    const { publicKey } = row.signers[list];
    const voucher = await askFor(id, publicKey);
    const subject = list === 'code' ? `mo-phong-${n}@cu-tri.invalid` : `000${String(900_000_000 + n)}`;
    const voter = { assurance: list, subject, account: `mo-phong-${n}`, residence: area };
    const signature = await giveBallot(parts, voter, id, voucher.blinded);
    await castBallot(parts, id, list, await fillIn(id, publicKey, voucher, signature, choices));
  }
}

async function liveSurvey(stage: Stage, one: PlannedSurvey): Promise<void> {
  const { parts, at, day } = stage;
  const { seed } = stage.past;
  at(one.openedDaysAgo, 8);
  const { title, intro, service, organisationId, questions: asked } = one;
  const id = await openSurvey(parts, officer, {
    title,
    intro,
    service,
    organisationId,
    questions: [...asked],
    closesAt: day(one.closes, 17),
    simulated,
  });
  const tokens = await invite(parts, officer, id, one.invited);
  const until = Math.max(0, -one.closes + 1);
  for (const [n, token] of tokens.slice(0, one.answered).entries()) {
    at(one.openedDaysAgo - (one.openedDaysAgo - until) * (n / one.answered), 19);
    const chance = (name: string): number => hashed(seed, `survey:${title}:${name}`, n);
    const answers: SurveyAnswers = {};
    for (const { id: question, kind, options = [] } of asked) {
      if (kind === 'scale')
        answers[question] = 1 + Math.min(4, Math.floor(5 * (0.55 * one.mood + 0.45 * chance(question))));
      if (kind === 'choice') answers[question] = options[Math.floor(options.length * chance(question) ** 1.6)] ?? '';
      // Few write anything.
      const words = kind === 'text' && n % 6 === 0 ? one.words[n / 6] : undefined;
      if (words) answers[question] = words;
    }
    await answerSurvey(parts, token, `mo-phong-${n}`, answers);
  }
  if (one.closes >= 0) return;
  at(-one.closes, 9);
  await closeSurvey(parts, officer, id);
}

async function liveQuestions(stage: Stage): Promise<void> {
  const parts = partsOf(stage.past.composed.platform);
  const there = await tablesOf(parts.db)
    .selectFrom('reports')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('provenance', '=', 'simulated')
    .where('family', '=', QUESTION)
    .executeTakeFirstOrThrow();
  for (const one of questions.slice(Number(there.n))) {
    if (stage.past.signal.aborted) return;
    await liveQuestion(stage, one);
  }
}

async function liveQuestion({ past, at }: Stage, one: PlannedQuestion): Promise<void> {
  const parts = partsOf(past.composed.platform);
  at(one.daysAgo, 8);
  const sent = await submit(
    parts,
    { ip: 'mo-phong', citizenId: null, principal: simulator },
    {
      requestId: `mo-phong-${one.text}`,
      text: one.text,
      category: `${QUESTION}.${one.field}`,
      location: placeOfQuestion(parts, one.area),
      urgency: 'normal',
      fields: { publish: one.publish },
      channel: 'web',
      simulated,
    },
  );
  if (!one.moderated) return;
  const row = await tablesOf(parts.db)
    .selectFrom('reports')
    .select('case_id')
    .where('number', '=', sent.number)
    .executeTakeFirstOrThrow();
  const id = row.case_id;
  const version = async (): Promise<number> => (await parts.cases.get(reportStaff, id)).version;
  at(one.daysAgo, 10);
  await desk.moderate(
    parts,
    reportStaff,
    id,
    await version(),
    one.publish
      ? { decision: 'publish', text: one.text, photos: [] }
      : { decision: 'keep', reason: 'Người hỏi không muốn đăng.' },
  );
  if (one.answer === null) return;
  await desk.begin(parts, reportStaff, id, await version());
  at(one.daysAgo - 2, 15);
  await desk.propose(parts, reportStaff, id, await version(), { text: one.answer, uploads: [] });
  at(one.daysAgo - 2, 16);
  await desk.approve(parts, reportStaff, id, await version(), {});
}
