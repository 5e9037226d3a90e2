import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { sql } from 'kysely';
import { inTransaction } from '../database/index.ts';
import { type Principal, publicPrincipal, systemPrincipal } from '../rights/index.ts';
import { refuse } from '../words/index.ts';
import { change, changed, type Parts } from './authority.ts';
import { insertAssignment, seedRoles } from './grants.ts';
import { checkPassword, hashPassword, passwordMatches } from './passwords.ts';
import type { Where } from './sessions.ts';
import type { IdentityTables } from './tables.ts';
import { attemptSucceeded, forgetAttempts, passwordChangeLimits, reserveAttempt, signInLimits } from './throttle.ts';
import { insertUser, loginNameOf, setPassword, userPlace } from './users.ts';

export type SignIn = { loginName: string; password: string };

/**
 * Signs in and answers the new session's token. Unknown name, wrong password and closed account are one answer, in
 * one time; a session that the browser brought is ended, never taken over.
 */
export async function signIn(
  parts: Parts,
  given: SignIn,
  where: Where & { oldToken?: string | undefined },
): Promise<string> {
  const loginName = loginNameOf(given.loginName);
  const limits = signInLimits(loginName, where.ip);
  const at = parts.now();
  const user = await parts.db
    .withTables<IdentityTables>()
    .selectFrom('users as u')
    .leftJoin('organisations as o', 'o.id', 'u.organisation_id')
    .select(['u.id', 'u.name', 'u.organisation_id', 'o.area_code', 'u.password_hash', 'u.active'])
    .where('u.login_name', '=', loginName)
    .executeTakeFirst();
  // A name that nobody has may be a password in the wrong field: it is not written down.
  const subject = user ? `user:${user.id}` : null;
  const placed = user ? userPlace({ areaCode: user.area_code, organisationId: user.organisation_id }) : {};
  const refused = (reason: string): Promise<void> =>
    inTransaction(parts.db, (tx) =>
      parts.audit.record(tx, {
        principal: publicPrincipal,
        action: 'session.refuse',
        subject,
        ...placed,
        detail: { reason },
        ip: where.ip,
      }),
    );

  try {
    await reserveAttempt(parts.db, limits, at);
  } catch (error) {
    await refused('too many attempts');
    throw error;
  }
  const matches = await passwordMatches(user?.password_hash ?? null, given.password);
  if (!user || !matches || !user.active) {
    await refused(!user ? 'unknown name' : matches ? 'account closed' : 'wrong password');
    throw wrongSignIn();
  }
  const token = await inTransaction(parts.db, async (tx) => {
    // Again, and held: the account may have been closed or its password changed while we computed.
    const still = await tx
      .withTables<IdentityTables>()
      .selectFrom('users')
      .select('id')
      .where('id', '=', user.id)
      .where('active', '=', true)
      .where('password_hash', '=', user.password_hash)
      .forShare()
      .executeTakeFirst();
    if (!still) throw wrongSignIn();
    await attemptSucceeded(tx, limits);
    if (where.oldToken !== undefined) await parts.sessions.close(tx, where.oldToken);
    const opened = await parts.sessions.open(tx, user.id, where);
    await parts.audit.record(tx, {
      principal: {
        ...publicPrincipal,
        kind: 'user',
        id: user.id,
        name: user.name,
        organisationId: user.organisation_id,
      },
      action: 'session.open',
      subject,
      ...placed,
      ip: where.ip,
    });
    return opened;
  });
  parts.sessions.forget();
  await forgetAttempts(parts.db, at);
  return token;
}

/** Ends the session of this token; other sessions of the user go on. */
export async function signOut(parts: Parts, actor: Principal, token: string, ip: string): Promise<void> {
  await inTransaction(parts.db, async (tx) => {
    await parts.sessions.close(tx, token);
    await parts.audit.record(tx, { principal: actor, action: 'session.close', subject: `user:${actor.id}`, ip });
    await changed(parts, tx, `user:${actor.id}`, [actor.id]);
  });
  parts.sessions.forget();
}

/** Changes one's own password, ends all sessions and answers a new one's token. */
export async function changeOwnPassword(
  parts: Parts,
  actor: Principal,
  given: { current: string; next: string },
  where: Where,
): Promise<string> {
  const row = await parts.db
    .withTables<IdentityTables>()
    .selectFrom('users')
    .select(['login_name', 'name', 'password_hash'])
    .where('id', '=', actor.id)
    .executeTakeFirst();
  if (actor.kind !== 'user' || !row) throw wrongCurrent();
  const limits = passwordChangeLimits(actor.id);
  // A stolen session must not become a place to guess the password.
  await reserveAttempt(parts.db, limits, parts.now());
  if (!(await passwordMatches(row.password_hash, given.current))) {
    await inTransaction(parts.db, (tx) =>
      parts.audit.record(tx, {
        principal: actor,
        action: 'user.change-password-refuse',
        subject: `user:${actor.id}`,
        ip: where.ip,
      }),
    );
    throw wrongCurrent();
  }
  await attemptSucceeded(parts.db, limits);
  checkPassword(given.next, row.login_name, row.name);
  if (await passwordMatches(row.password_hash, given.next)) {
    throw refuse(422, 'same-password', {
      vi: 'Mật khẩu mới phải khác mật khẩu hiện tại.',
      en: 'The new password must differ from the present one.',
    });
  }
  const passwordHash = await hashPassword(given.next);
  return change(parts, async (tx) => {
    await setPassword(parts, tx, actor.id, passwordHash, false);
    await parts.audit.record(tx, {
      principal: actor,
      action: 'user.change-password',
      subject: `user:${actor.id}`,
      ip: where.ip,
    });
    return parts.sessions.open(tx, actor.id, where);
  });
}

export async function noUsersYet(parts: Pick<Parts, 'db'>): Promise<boolean> {
  const { rows } = await sql`select from users limit 1`.execute(parts.db);
  return rows.length === 0;
}

/** A token for the first administrator's page from another machine; null once a user exists. */
export async function makeSetupToken(parts: Parts): Promise<string | null> {
  if (!(await noUsersYet(parts))) return null;
  const token = randomBytes(16).toString('base64url');
  await parts.db
    .withTables<IdentityTables>()
    .insertInto('setup_tokens')
    .values({ token_hash: digest(token), created_at: parts.now() })
    .execute();
  return token;
}

/**
 * Makes the first administrator and signs him in. Works once: of two at the same time the second is refused.
 * @param from.local whether the request came from this very machine; otherwise the printed token is needed
 */
export async function setUp(
  parts: Parts,
  given: SignIn & { name: string; token?: string | undefined },
  from: Where & { local: boolean },
): Promise<string> {
  const closed = () =>
    refuse(409, 'set-up-already', {
      vi: 'Hệ thống đã có quản trị viên. Hãy đăng nhập.',
      en: 'There is an administrator already. Sign in.',
    });
  if (!(await noUsersYet(parts))) throw closed();
  if (!from.local && !(await isSetupToken(parts, given.token))) {
    throw refuse(403, 'setup-token-needed', {
      vi: 'Hãy mở trang này trên chính máy chủ, hoặc nhập mã thiết lập mà máy chủ in ra khi khởi động.',
      en: 'Open this page on the server itself, or enter the setup code that the server printed when it started.',
    });
  }
  checkPassword(given.password, loginNameOf(given.loginName), given.name);
  const passwordHash = await hashPassword(given.password);
  return change(parts, async (tx) => {
    if (!(await noUsersYet({ db: tx }))) throw closed();
    await seedRoles(tx);
    const id = await insertUser(parts, tx, {
      loginName: given.loginName,
      name: given.name,
      organisationId: null,
      passwordHash,
      mustChangePassword: false,
    });
    const actor = systemPrincipal('identity', []);
    await insertAssignment(tx, actor, id, {
      roleCode: 'administrator',
      reach: { scope: 'all' },
      validFrom: parts.now(),
    });
    await tx.withTables<IdentityTables>().deleteFrom('setup_tokens').execute();
    await parts.audit.record(tx, {
      principal: actor,
      action: 'user.first-administrator',
      subject: `user:${id}`,
      detail: { loginName: loginNameOf(given.loginName), local: from.local },
      ip: from.ip,
    });
    await changed(parts, tx, `user:${id}`, [id]);
    return parts.sessions.open(tx, id, from);
  });
}

async function isSetupToken(parts: Parts, token: string | undefined): Promise<boolean> {
  if (token === undefined) return false;
  const wanted = digest(token.trim());
  const rows = await parts.db.withTables<IdentityTables>().selectFrom('setup_tokens').select('token_hash').execute();
  return rows.some((row) => timingSafeEqual(row.token_hash, wanted));
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

function wrongSignIn() {
  return refuse(401, 'wrong-sign-in', {
    vi: 'Tên đăng nhập hoặc mật khẩu không đúng, hoặc tài khoản đã khóa.',
    en: 'The login name or password is wrong, or the account is closed.',
  });
}

function wrongCurrent() {
  return refuse(422, 'wrong-password', {
    vi: 'Mật khẩu hiện tại không đúng.',
    en: 'The present password is wrong.',
  });
}
