/**
 * The board: all ballots of a consultation that is over, and the count made again from them. Whoever has the board
 * needs nothing of ours but this file and `credentials.ts`; the citizen's page and the command line use it as well.
 */
import {
  type Assurance,
  addCounts,
  type Counts,
  countBallots,
  type Question,
  refusedChoices,
  winners,
} from './ballots.ts';
import { type Ballot, isGenuine, receiptOf } from './credentials.ts';

export type PaperBatch = {
  id: string;
  place: string;
  counts: Counts;
  spoiled: number;
  /** voters ticked off on the roll for it */
  voters: number;
  /** a second person counted the same */
  checked: boolean;
};

export type Board = {
  consultationId: string;
  question: Question;
  publicKeys: Record<'national-id' | 'code', string>;
  /** how many credentials were given out to each list of voters */
  given: Record<'national-id' | 'code', number>;
  ballots: Record<'national-id' | 'code', Ballot[]>;
  paper: PaperBatch[];
  /** of votes, as of every other data: whether people gave them or the demo's simulation */
  provenance: 'measured' | 'simulated';
};

export type Count = {
  /** by how surely it is known who voted */
  counts: Record<Assurance, Counts>;
  voters: Record<Assurance, number>;
  /** what is decided: the national identity and checked paper together */
  binding: Counts;
  bindingVoters: number;
  winners: string[];
};

/** What does not hold of a board, by the place where it stands. */
export type Fault = { at: string; what: 'not-genuine' | 'twice' | 'not-valid' | 'more-than-given' | 'paper-sum' };

/** Counts what stands on a board, without asking whether it is genuine: `checkBoard` does that. */
export function countBoard(board: Pick<Board, 'question' | 'ballots' | 'paper'>): Count {
  const { question } = board;
  const paper = board.paper.filter((batch) => batch.checked);
  const counts = {
    'national-id': countBallots(
      question,
      board.ballots['national-id'].map((ballot) => ballot.choices),
    ),
    paper: addCounts(countBallots(question, []), ...paper.map((batch) => batch.counts)),
    code: countBallots(
      question,
      board.ballots.code.map((ballot) => ballot.choices),
    ),
  };
  const voters = {
    'national-id': board.ballots['national-id'].length,
    paper: paper.reduce((sum, batch) => sum + batch.voters, 0),
    code: board.ballots.code.length,
  };
  const binding = addCounts(counts['national-id'], counts.paper);
  return {
    counts,
    voters,
    binding,
    bindingVoters: voters['national-id'] + voters.paper,
    winners: winners(question, binding),
  };
}

/** Checks every ballot's two signatures, that none stands twice, and that there are no more than credentials. */
export async function checkBoard(
  board: Board,
  onProgress: (checked: number, of: number) => void = () => undefined,
): Promise<Fault[]> {
  const faults: Fault[] = [];
  const all = (['national-id', 'code'] as const).flatMap((list) =>
    board.ballots[list].map((ballot) => ({ list, ballot })),
  );
  const seen = new Set<string>();
  for (const [n, { list, ballot }] of all.entries()) {
    const at = await receiptOf(board.consultationId, ballot);
    // One key is one ballot, on whichever list it stands.
    if (seen.has(ballot.key)) faults.push({ at, what: 'twice' });
    seen.add(ballot.key);
    if (!(await isGenuine(board.consultationId, board.publicKeys[list], ballot)))
      faults.push({ at, what: 'not-genuine' });
    if (refusedChoices(board.question, ballot.choices)) faults.push({ at, what: 'not-valid' });
    onProgress(n + 1, all.length);
  }
  for (const list of ['national-id', 'code'] as const) {
    if (board.ballots[list].length > board.given[list]) faults.push({ at: list, what: 'more-than-given' });
  }
  for (const batch of board.paper)
    if (paperFault(board.question, batch)) faults.push({ at: batch.id, what: 'paper-sum' });
  return faults;
}

/** Whether a batch's figures cannot be true: with one choice a ballot they must add up, else none may exceed them. */
export function paperFault(question: Question, batch: Pick<PaperBatch, 'counts' | 'spoiled' | 'voters'>): boolean {
  const values = Object.values(batch.counts);
  const valid = batch.voters - batch.spoiled;
  if (valid < 0 || values.some((value) => value < 0 || value > valid)) return true;
  const sum = values.reduce((total, value) => total + value, 0);
  if (question.kind === 'choice') return sum !== valid;
  return sum < valid || sum > valid * (question.mostChoices ?? question.options.length);
}
