import { fileTypeFromBuffer } from 'file-type';
import type { Principal } from '../rights/index.ts';
import { refuse } from '../words/index.ts';
import type { Parts } from './parts.ts';
import { seenTask } from './read.ts';
import type { CasesTables } from './tables.ts';
import { demandTaskAct, lockTask, noSuchTask } from './tasks.ts';

const PHOTOS_A_TASK = 20;

/** Whether this principal may still add a photo; asked before the body is read. */
export async function demandPhotoRight(parts: Parts, principal: Principal, taskId: string): Promise<void> {
  const seen = await seenTask(parts, principal, taskId);
  if (!seen) throw noSuchTask();
  demandTaskAct(parts, principal, 'answer', seen.task, seen.row);
}

/**
 * Keeps a photo for the answer to a task. `files` checks that it is one; who sees the task sees the photo.
 * @returns the file's id, to be named in the answer
 */
export async function takePhoto(
  parts: Parts,
  principal: Principal,
  taskId: string,
  photo: { bytes: Buffer; name: string },
): Promise<{ fileId: string }> {
  const seen = await seenTask(parts, principal, taskId);
  if (!seen) throw noSuchTask();
  demandTaskAct(parts, principal, 'answer', seen.task, seen.row);
  // `files` takes documents too, and decides by content; a document is no photo of a place.
  const type = await fileTypeFromBuffer(photo.bytes);
  if (!type?.mime.startsWith('image/')) throw notAPhoto();
  const kept = await parts.files.take(principal, photo.bytes, {
    name: photo.name,
    subject: `task:${taskId}`,
    areaCode: seen.row.area_code,
    organisationId: seen.task.organisation_id,
  });
  await parts.db.transaction().execute(async (tx) => {
    const { task, row } = await lockTask(tx, principal, taskId);
    demandTaskAct(parts, principal, 'answer', task, row);
    const tables = tx.withTables<CasesTables>();
    const there = await tables
      .selectFrom('task_photos')
      .select((eb) => eb.fn.countAll<number>().as('n'))
      .where('task_id', '=', taskId)
      .executeTakeFirstOrThrow();
    if (there.n >= PHOTOS_A_TASK) throw tooManyPhotos();
    await tables
      .insertInto('task_photos')
      .values({ file_id: kept.id, task_id: taskId, uploaded_at: parts.now(), uploaded_by: principal.id })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    await parts.audit.record(tx, {
      principal,
      action: 'task.photo',
      subject: `task:${taskId}`,
      areaCode: row.area_code,
      organisationId: row.organisation_id,
      detail: { fileId: kept.id, number: row.number },
    });
  });
  return { fileId: kept.id };
}

function notAPhoto() {
  return refuse(415, 'not-a-photo', {
    vi: 'Tệp này không phải ảnh (nội dung quyết định, không phải tên tệp). Hãy gửi ảnh JPEG, PNG hoặc WebP.',
    en: 'This file is not a photo (its content decides, not its name). Send a JPEG, PNG or WebP image.',
  });
}

function tooManyPhotos() {
  return refuse(422, 'too-many-photos', {
    vi: `Một nhiệm vụ nhận tối đa ${PHOTOS_A_TASK} ảnh. Hãy gửi câu trả lời với những ảnh đã có.`,
    en: `A task takes at most ${PHOTOS_A_TASK} photos. Send the answer with those already there.`,
  });
}
