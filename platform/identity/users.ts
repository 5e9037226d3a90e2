import { randomUUID } from 'node:crypto';
import type { Tx } from '../database/index.ts';
import { demand, type Principal, visible } from '../rights/index.ts';
import { notFound, plain, refuse, type Text } from '../words/index.ts';
import { change, changed, conflict, demandNotAbove, keepingAManager, type Parts } from './authority.ts';
import type { OrganisationTree } from './organisation-tree.ts';
import { hashPassword, temporaryPassword } from './passwords.ts';
import { findUser, type User } from './store.ts';
import type { IdentityTables } from './tables.ts';

export type NewUser = {
  loginName: string;
  name: string;
  organisationId: string | null;
  email?: string | null;
  phone?: string | null;
};

export type UserChange = {
  name?: string;
  organisationId?: string | null;
  email?: string | null;
  phone?: string | null;
  active?: boolean;
  version: number;
};

const LOGIN_NAME = /^[a-z0-9][a-z0-9._-]{2,63}$/;
const UNIQUE = '23505';

export const userPlace = (user: Pick<User, 'areaCode' | 'organisationId'>) => ({
  areaCode: user.areaCode,
  organisationId: user.organisationId,
});

/** The login name as it is stored. */
export const loginNameOf = (typed: string): string => typed.normalize('NFKC').trim().toLowerCase();

/** Makes the account with a temporary password, shown this once; it must be changed at the first sign-in. */
export async function createUser(
  parts: Parts,
  actor: Principal,
  given: NewUser,
): Promise<{ user: User; password: string }> {
  const password = temporaryPassword();
  const passwordHash = await hashPassword(password);
  const user = await change(parts, async (tx, tree) => {
    demandPlace(tree, actor, given.organisationId);
    const id = await insertUser(parts, tx, { ...given, passwordHash, mustChangePassword: true });
    const made = await seen(tx, actor, id);
    await parts.audit.record(tx, {
      principal: actor,
      action: 'user.create',
      subject: `user:${id}`,
      ...userPlace(made),
      detail: { loginName: made.loginName, name: made.name },
    });
    return made;
  });
  return { user, password };
}

/** Inserts the row; the caller has asked for rights, and writes the audit entry. */
export async function insertUser(
  parts: Parts,
  tx: Tx,
  given: NewUser & { passwordHash: string; mustChangePassword: boolean },
): Promise<string> {
  const loginName = loginNameOf(given.loginName);
  if (!LOGIN_NAME.test(loginName)) {
    const text: Text = {
      vi: 'Tên đăng nhập gồm 3 đến 64 ký tự: chữ không dấu, số, dấu chấm, gạch ngang, gạch dưới; bắt đầu bằng chữ hoặc số.',
      en: 'A login name has 3 to 64 of: unaccented letters, digits, dot, hyphen, underscore; it begins with a letter or digit.',
    };
    throw refuse(422, 'bad-login-name', text, [{ at: 'loginName', reason: text }]);
  }
  const id = randomUUID();
  const name = nameOf(given.name);
  const at = parts.now();
  try {
    await tx
      .withTables<IdentityTables>()
      .insertInto('users')
      .values({
        id,
        login_name: loginName,
        name,
        name_plain: plain(name),
        organisation_id: given.organisationId,
        email: given.email ?? null,
        phone: given.phone ?? null,
        password_hash: given.passwordHash,
        must_change_password: given.mustChangePassword,
        created_at: at,
        updated_at: at,
      })
      .execute();
  } catch (error) {
    if ((error as { code?: string }).code !== UNIQUE) throw error;
    const text: Text = {
      vi: `Tên đăng nhập ${loginName} đã có người dùng. Hãy chọn tên khác.`,
      en: `The login name ${loginName} is taken. Choose another.`,
    };
    throw refuse(409, 'login-name-taken', text, [{ at: 'loginName', reason: text }]);
  }
  return id;
}

export async function changeUser(parts: Parts, actor: Principal, id: string, wanted: UserChange): Promise<User> {
  return change(parts, async (tx, tree) => {
    const before = await seen(tx, actor, id);
    await demandNotAbove(parts, tx, tree, actor, id);
    if (wanted.active === false && actor.id === id) {
      throw refuse(409, 'own-account', {
        vi: 'Bạn không thể tự khóa tài khoản của mình. Hãy nhờ quản trị viên khác.',
        en: 'You cannot close your own account. Ask another administrator.',
      });
    }
    const moved = wanted.organisationId !== undefined && wanted.organisationId !== before.organisationId;
    if (moved) demandPlace(tree, actor, wanted.organisationId ?? null);
    const name = wanted.name === undefined ? before.name : nameOf(wanted.name);
    const after = {
      name,
      name_plain: plain(name),
      organisation_id: wanted.organisationId === undefined ? before.organisationId : wanted.organisationId,
      email: wanted.email === undefined ? before.email : wanted.email,
      phone: wanted.phone === undefined ? before.phone : wanted.phone,
      active: wanted.active ?? before.active,
      updated_at: parts.now(),
      version: before.version + 1,
    };
    await keepingAManager(parts, tx, async () => {
      const result = await tx
        .withTables<IdentityTables>()
        .updateTable('users')
        .set(after)
        .where('id', '=', id)
        .where('version', '=', wanted.version)
        .executeTakeFirst();
      if (result.numUpdatedRows === 0n) throw conflict({ vi: 'tài khoản này', en: 'account' });
    });
    if (before.active && !after.active) await parts.sessions.closeAll(tx, id);
    // Which personal fields changed, not what they say: the log is for ever.
    const fields = (['name', 'email', 'phone'] as const).filter((field) => after[field] !== before[field]);
    await parts.audit.record(tx, {
      principal: actor,
      action: 'user.change',
      subject: `user:${id}`,
      ...userPlace(before),
      detail: {
        fields,
        ...(moved ? { organisation: { from: before.organisationId, to: after.organisation_id } } : {}),
        ...(before.active === after.active ? {} : { active: after.active }),
      },
    });
    await changed(parts, tx, `user:${id}`, [id]);
    return seen(tx, actor, id);
  });
}

/** A new temporary password, shown this once; ends all sessions of the account. */
export async function resetPassword(parts: Parts, actor: Principal, id: string): Promise<{ password: string }> {
  const password = temporaryPassword();
  const passwordHash = await hashPassword(password);
  await change(parts, async (tx, tree) => {
    const user = await seen(tx, actor, id);
    await demandNotAbove(parts, tx, tree, actor, id);
    if (actor.id === id) {
      throw refuse(409, 'own-account', {
        vi: 'Hãy đổi mật khẩu của chính bạn ở trang tài khoản (cần mật khẩu hiện tại).',
        en: 'Change your own password on your account page (it asks for the present one).',
      });
    }
    await setPassword(parts, tx, id, passwordHash, true);
    await parts.audit.record(tx, {
      principal: actor,
      action: 'user.reset-password',
      subject: `user:${id}`,
      ...userPlace(user),
    });
  });
  return { password };
}

/** Stores the hash and ends every session of the account, in the caller's transaction. */
export async function setPassword(
  parts: Parts,
  tx: Tx,
  id: string,
  passwordHash: string,
  mustChange: boolean,
): Promise<void> {
  await tx
    .withTables<IdentityTables>()
    .updateTable('users')
    .set({ password_hash: passwordHash, must_change_password: mustChange, updated_at: parts.now() })
    .where('id', '=', id)
    .execute();
  await parts.sessions.closeAll(tx, id);
  await changed(parts, tx, `user:${id}`, [id]);
}

/** Ends all sessions of an account. */
export async function signOutEverywhere(parts: Parts, actor: Principal, id: string): Promise<void> {
  await change(parts, async (tx, tree) => {
    const user = await seen(tx, actor, id);
    await demandNotAbove(parts, tx, tree, actor, id);
    await parts.sessions.closeAll(tx, id);
    await parts.audit.record(tx, {
      principal: actor,
      action: 'user.sign-out',
      subject: `user:${id}`,
      ...userPlace(user),
    });
    await changed(parts, tx, `user:${id}`, [id]);
  });
}

/** The user as the actor may manage him, or `notFound`. */
export async function seen(tx: Tx, actor: Principal, id: string): Promise<User> {
  const user = await findUser(tx, visible(actor, 'user:manage'), id);
  if (!user) throw notFound({ vi: 'người dùng này', en: 'user' });
  return user;
}

/** Refuses an organisation that does not exist now or that the actor does not manage. */
function demandPlace(tree: OrganisationTree, actor: Principal, organisationId: string | null): void {
  const organisation = organisationId === null ? null : tree.get(organisationId);
  if (organisationId !== null && (!organisation || !tree.isValid(organisation))) {
    const text: Text = {
      vi: `Không có đơn vị ${organisationId} đang hoạt động.`,
      en: `There is no organisation ${organisationId} at present.`,
    };
    throw refuse(422, 'no-such-organisation', text, [{ at: 'organisationId', reason: text }]);
  }
  demand(actor, 'user:manage', { areaCode: organisation?.areaCode ?? null, organisationId });
}

function nameOf(typed: string): string {
  const name = typed.normalize('NFC').replace(/\s+/g, ' ').trim();
  if (name !== '') return name;
  const text: Text = { vi: 'Hãy nhập họ tên.', en: 'Enter the name.' };
  throw refuse(422, 'no-name', text, [{ at: 'name', reason: text }]);
}
