import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import {
  Button,
  ChoiceField,
  notify,
  notifyError,
  pickFile,
  Row,
  SideSheet,
  Stack,
  saveFile,
  Text,
  TextField,
  texts,
  useSay,
  useTexts,
} from '../../../web/kit/index.ts';
import type { EntityRow, TypeRow } from '../../../web/kit/province.ts';
import { client } from './client.ts';

const words = texts('operations.exchange', {
  vi: {
    import: 'Nhập từ tệp',
    importLead:
      'Xem trước tệp {{name}}: chưa ghi gì. Đối tượng được nhận theo mã (id); cột không có trong tệp giữ nguyên.',
    told: '{{made}} thêm mới, {{changed}} thay đổi, {{same}} không khác, {{refused}} bị từ chối.',
    importNow: 'Ghi {{n}} đối tượng',
    correct: 'Tải các dòng bị từ chối để sửa',
    line: 'Dòng {{n}}',
    done: 'Đã ghi',
    bulk: 'Sửa {{n}} đối tượng đã chọn',
    field: 'Mục cần sửa',
    value: 'Giá trị mới',
    empty: 'để trống: bỏ giá trị',
    organisation: 'Đơn vị',
    isPublic: 'Công khai',
    yes: 'Có',
    no: 'Không',
    look: 'Xem trước',
    bulkNow: 'Sửa {{n}} đối tượng',
    more: 'và {{n}} dòng nữa',
  },
  en: {
    import: 'Import a file',
    importLead:
      'A preview of {{name}}: nothing is written yet. Entities are known by their ids; columns that are missing change nothing.',
    told: '{{made}} new, {{changed}} changed, {{same}} the same, {{refused}} refused.',
    importNow: 'Write {{n}} entities',
    correct: 'Download the refused rows to correct them',
    line: 'Row {{n}}',
    done: 'Written',
    bulk: 'Change the {{n}} selected',
    field: 'What to change',
    value: 'New value',
    empty: 'empty: takes the value away',
    organisation: 'Organisation',
    isPublic: 'Public',
    yes: 'Yes',
    no: 'No',
    look: 'Preview',
    bulkNow: 'Change {{n}} entities',
    more: 'and {{n}} more',
  },
});

const REFUSALS_TOLD = 50;

type Refused = { id: string; reason: { vi: string; en: string }; line?: number };

function Refusals({ refused }: { refused: readonly Refused[] }) {
  const t = useTexts(words);
  const say = useSay();
  return (
    <Stack gap={2}>
      {refused.slice(0, REFUSALS_TOLD).map((one) => (
        <Stack key={`${one.line ?? ''}${one.id}`} gap={1}>
          <Text strong>{one.line === undefined ? one.id : `${t('line', { n: one.line })}: ${one.id}`}</Text>
          <Text small alarm>
            {say(one.reason)}
          </Text>
        </Stack>
      ))}
      {refused.length > REFUSALS_TOLD ? <Text soft>{t('more', { n: refused.length - REFUSALS_TOLD })}</Text> : null}
    </Stack>
  );
}

type Imported = Awaited<ReturnType<typeof client.call<'POST /api/entities/import'>>>;
type File = { name: string; format: 'csv' | 'geojson'; text: string };

/** A file is looked at before it is written; what is refused comes back as a file to correct. */
export function ImportEntities({ onDone }: { onDone: () => void }) {
  const t = useTexts(words);
  const [file, setFile] = useState<File | null>(null);
  const [told, setTold] = useState<Imported | null>(null);
  const send = async (of: File, dryRun: boolean) => {
    const { format, text } = of;
    return client.call('POST /api/entities/import', { body: { format, text, dryRun } });
  };
  const look = async (picked: globalThis.File) => {
    try {
      const format = /json$/i.test(picked.name) ? 'geojson' : 'csv';
      const read: File = { name: picked.name, format, text: await picked.text() };
      setTold(await send(read, true));
      setFile(read);
    } catch (error) {
      notifyError(error);
    }
  };
  const write = async () => {
    if (!file) return;
    try {
      const { made, changed, same, refused } = await send(file, false);
      notify({ title: t('done'), detail: t('told', { made, changed, same, refused: refused.length }), kind: 'done' });
      setFile(null);
      onDone();
    } catch (error) {
      notifyError(error);
    }
  };
  const willWrite = (told?.made ?? 0) + (told?.changed ?? 0);
  return (
    <>
      <Button onClick={() => pickFile('.csv,.geojson,.json,text/csv,application/geo+json', look)}>{t('import')}</Button>
      <SideSheet
        opened={file !== null}
        onClose={() => setFile(null)}
        title={t('import')}
        modal
        foot={
          <Button kind="primary" disabled={willWrite === 0} onClick={() => void write()}>
            {t('importNow', { n: willWrite })}
          </Button>
        }
      >
        {file && told ? (
          <Stack gap={3}>
            <Text soft>{t('importLead', { name: file.name })}</Text>
            <Text>{t('told', { ...told, refused: told.refused.length })}</Text>
            {told.toCorrect ? (
              <Button
                onClick={() =>
                  saveFile(
                    new Blob([told.toCorrect ?? ''], { type: 'text/plain;charset=utf-8' }),
                    `can-sua.${file.format}`,
                  )
                }
              >
                {t('correct')}
              </Button>
            ) : null}
            <Refusals refused={told.refused} />
          </Stack>
        ) : null}
      </SideSheet>
    </>
  );
}

type Field = { type?: string; 'x-text'?: { vi: string; en: string } };
type Bulk = Awaited<ReturnType<typeof client.call<'POST /api/entities/bulk'>>>;

/** One field of many: looked at first, those that may not be changed told with the reason. */
export function ChangeMany({
  rows,
  type,
  onDone,
}: {
  rows: EntityRow[];
  type: TypeRow | undefined;
  onDone: () => void;
}) {
  const t = useTexts(words);
  const say = useSay();
  const [opened, setOpened] = useState(false);
  const [field, setField] = useState<string>();
  const [value, setValue] = useState('');
  const [told, setTold] = useState<Bulk | null>(null);
  const units = useQuery({
    ...client.ask('GET /api/organisations', { query: { limit: 200 } }),
    enabled: opened && field === 'organisationId',
  });
  const { properties = {} } = (type?.schema ?? {}) as { properties?: Record<string, Field> };
  const scalars = Object.entries(properties).filter(([, one]) =>
    /^(string|number|integer|boolean)$/.test(one.type ?? ''),
  );
  const kind = properties[field?.replace(/^p\./, '') ?? '']?.type;
  const change = () => {
    if (field === 'isPublic') return { isPublic: value === 'true' };
    if (field === 'organisationId') return { organisationId: value || null };
    const typed = kind === 'string' ? value : kind === 'boolean' ? value === 'true' : Number(value.replace(',', '.'));
    return { properties: { [field?.slice(2) ?? '']: value === '' ? null : typed } };
  };
  const send = async (dryRun: boolean) => {
    try {
      const items = rows.map(({ id, version }) => ({ id, version }));
      const answer = await client.call('POST /api/entities/bulk', { body: { items, change: change(), dryRun } });
      if (dryRun) return setTold(answer);
      const { made, changed, same, refused } = answer;
      notify({ title: t('done'), detail: t('told', { made, changed, same, refused: refused.length }), kind: 'done' });
      setOpened(false);
      onDone();
    } catch (error) {
      notifyError(error);
    }
  };
  const set = (next: () => void) => {
    next();
    setTold(null);
  };
  const yesNo = [
    { value: 'true', title: t('yes') },
    { value: 'false', title: t('no') },
  ];
  const choices =
    field === 'isPublic' || kind === 'boolean'
      ? yesNo
      : field === 'organisationId'
        ? (units.data?.items ?? []).map((one) => ({ value: one.id, title: say(one.name) }))
        : null;
  return (
    <>
      <Button onClick={() => set(() => setOpened(true))}>{t('bulk', { n: rows.length })}</Button>
      <SideSheet
        opened={opened}
        onClose={() => setOpened(false)}
        title={t('bulk', { n: rows.length })}
        modal
        foot={
          <Row gap={2}>
            <Button disabled={!field} onClick={() => void send(true)}>
              {t('look')}
            </Button>
            <Button kind="primary" disabled={!told || told.changed === 0} onClick={() => void send(false)}>
              {t('bulkNow', { n: told?.changed ?? 0 })}
            </Button>
          </Row>
        }
      >
        <Stack gap={3}>
          <ChoiceField
            label={t('field')}
            required
            value={field}
            onChange={(next) =>
              set(() => {
                setField(next);
                setValue('');
              })
            }
            choices={[
              { value: 'organisationId', title: t('organisation') },
              { value: 'isPublic', title: t('isPublic') },
              ...scalars.map(([name, one]) => ({
                value: `p.${name}`,
                title: one['x-text'] ? say(one['x-text']) : name,
              })),
            ]}
          />
          {choices ? (
            <ChoiceField
              label={t('value')}
              value={value || undefined}
              onChange={(next) => set(() => setValue(next ?? ''))}
              choices={choices}
            />
          ) : (
            <TextField
              label={t('value')}
              hint={t('empty')}
              value={value}
              onChange={(next) => set(() => setValue(next))}
            />
          )}
          {told ? (
            <>
              <Text>{t('told', { ...told, refused: told.refused.length })}</Text>
              <Refusals refused={told.refused} />
            </>
          ) : null}
        </Stack>
      </SideSheet>
    </>
  );
}
