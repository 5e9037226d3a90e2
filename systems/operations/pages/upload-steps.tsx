import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import {
  Button,
  ChoiceField,
  Facts,
  formatBytes,
  Grid,
  Page as KitPage,
  Link,
  NumberField,
  notifyError,
  Panel,
  ScrollRegion,
  Stack,
  Text,
  TextField,
  useFormats,
  useLanguage,
  useSay,
  useTexts,
} from '../../../web/kit/index.ts';
import { client } from './client.ts';
import { uploadWords } from './upload-words.ts';

export type Upload = Awaited<ReturnType<typeof client.call<'GET /api/uploads/:id'>>>;

const roles = ['entity', 'property', 'time', 'date', 'clock', 'value', 'unit', 'status'] as const;
const IGNORE = '-';

/** Steps two and three of an upload: what its columns are and what would be taken; then what was. */
export function UploadSteps(props: { upload: Upload; onChanged: () => void; onAnother: () => void }) {
  const { upload } = props;
  const t = useTexts(uploadWords);
  const formats = useFormats();
  const isOver = upload.state === 'taking' || upload.state === 'done';
  const [mapping, setMapping] = useState(upload.mapping);
  const [busy, setBusy] = useState(false);
  const act = async (work: () => Promise<unknown>) => {
    setBusy(true);
    try {
      await work();
    } catch (error) {
      notifyError(error);
    }
    setBusy(false);
    props.onChanged();
  };
  const params = { id: upload.id };
  const check = (next = mapping) => act(() => client.call('PUT /api/uploads/:id/mapping', { params, body: next }));
  const isSame = JSON.stringify(mapping) === JSON.stringify(upload.mapping);
  const isReady = upload.state === 'checked' && isSame && upload.accepted > 0;
  const checkButton = (
    <Button
      kind={isReady ? 'quiet' : 'primary'}
      disabled={busy || upload.state === 'checking'}
      onClick={() => void check()}
    >
      {t(upload.state === 'checked' ? 'checkAgain' : 'check')}
    </Button>
  );
  const takeButton = (
    <Button
      kind="primary"
      disabled={busy}
      onClick={() => void act(() => client.call('POST /api/uploads/:id/take', { params }))}
    >
      {t('take', { n: formats.number(upload.accepted) })}
    </Button>
  );
  return (
    <KitPage
      title={upload.name}
      crumbs={[{ title: t('title'), href: '/console/uploads' }, { title: upload.name }]}
      lead={t('step', { n: isOver ? 3 : 2, name: t(isOver ? 'step3' : 'step2') })}
      primary={isOver ? <Button onClick={props.onAnother}>{t('another')}</Button> : isReady ? takeButton : checkButton}
      acts={!isOver && isReady ? checkButton : null}
    >
      <Stack gap={5}>
        <div role="status">
          <Standing upload={upload} />
        </div>
        {isOver ? null : <ColumnsOf upload={upload} mapping={mapping} onChange={setMapping} onLook={check} />}
        {isSame ? <Understood upload={upload} /> : null}
      </Stack>
    </KitPage>
  );
}

/** How far it is and what came of it, with the file of what was refused. */
function Standing({ upload }: { upload: Upload }) {
  const t = useTexts(uploadWords);
  const say = useSay();
  const formats = useFormats();
  const n = (value: number | null) => formats.number(value ?? 0);
  if (upload.state === 'new') return null;
  if (upload.state === 'checking' || upload.state === 'taking') {
    const isTaking = upload.state === 'taking';
    const words = isTaking ? t('progressOf', { n: n(upload.rowsDone), total: n(upload.rowsTotal) }) : null;
    return (
      <Stack gap={2}>
        <Text strong numbers>
          {t(upload.state)}. {words ?? t('progress', { n: n(upload.rowsDone) })}
        </Text>
        {isTaking ? (
          <progress aria-label={t('taking')} value={upload.rowsDone} max={Math.max(1, upload.rowsTotal ?? 1)} />
        ) : null}
        <Text soft>{t('mayLeave')}</Text>
      </Stack>
    );
  }
  const rows = n(upload.rowsTotal ?? upload.rowsDone);
  return (
    <Stack gap={2}>
      {upload.state === 'failed' && upload.reason ? <Text alarm>{say(upload.reason)}</Text> : null}
      <Text strong numbers>
        {upload.state === 'done'
          ? t('took', { n: n(upload.accepted), rows })
          : t('would', { n: n(upload.accepted), rows, refused: n(upload.refused) })}
      </Text>
      {upload.state === 'done' ? <Text soft>{t('signed', { name: upload.by, file: upload.name })}</Text> : null}
      {upload.state === 'checked' ? <Text soft>{t('replaces')}</Text> : null}
      {upload.refused > 0 ? (
        <Stack gap={1}>
          {upload.state === 'done' ? <Text>{t('tookRefused', { n: n(upload.refused) })}</Text> : null}
          <Link href={client.address('GET /api/uploads/:id/refused', { params: { id: upload.id } })} download>
            {t('getRefused', { n: n(upload.refused) })}
          </Link>
          <Text soft small>
            {t('refusedHow')}
          </Text>
        </Stack>
      ) : null}
    </Stack>
  );
}

type Mapping = Upload['mapping'];

function ColumnsOf(props: {
  upload: Upload;
  mapping: Mapping;
  onChange: (mapping: Mapping) => void;
  /** looks at the file anew, by another sheet or line of headings */
  onLook: (mapping: Mapping) => void;
}) {
  const { upload, mapping, onChange } = props;
  const t = useTexts(uploadWords);
  const say = useSay();
  const language = useLanguage();
  const known = useQuery({ ...client.ask('GET /api/uploads/columns'), staleTime: 600_000 });
  const choices = [
    { value: IGNORE, title: t('ignore') },
    ...roles.map((role) => ({ value: role, title: t(role) })),
    ...(known.data?.items ?? []).map(({ property, title, unit }) => ({
      value: `p:${property}`,
      title: t('valuesOf', { name: unit ? `${say(title)} (${unit})` : say(title) }),
    })),
  ];
  const rows = upload.sample.filter((row) => row.line > mapping.headerLine).slice(0, 3);
  const separators: Record<string, string> = { '\t': t('tab') };
  const encoding = upload.encoding?.startsWith('windows')
    ? t('converted', { name: upload.encoding.replace('windows', 'Windows') })
    : upload.encoding?.toUpperCase();
  return (
    <>
      <Facts
        facts={[
          { term: t('form'), value: upload.kind.toUpperCase() },
          { term: t('size'), value: formatBytes(upload.bytes, language) },
          encoding ? { term: t('encoding'), value: encoding } : null,
          upload.separator ? { term: t('separator'), value: separators[upload.separator] ?? upload.separator } : null,
        ]}
      />
      <Grid least={200}>
        {upload.sheets.length > 1 ? (
          <ChoiceField
            label={t('sheet')}
            required
            value={mapping.sheet ?? undefined}
            onChange={(sheet) => props.onLook({ ...mapping, sheet: sheet ?? null })}
            choices={upload.sheets.map((sheet) => ({ value: sheet, title: sheet }))}
          />
        ) : null}
        <NumberField
          label={t('headerLine')}
          required
          value={mapping.headerLine}
          onChange={(headerLine) => {
            if (headerLine !== undefined && headerLine >= 1 && headerLine !== mapping.headerLine) {
              props.onLook({ ...mapping, headerLine: Math.round(headerLine) });
            }
          }}
        />
        <ChoiceField
          label={t('decimal')}
          required
          value={mapping.decimal}
          onChange={(decimal) => onChange({ ...mapping, decimal: decimal === '.' ? '.' : ',' })}
          choices={[
            { value: ',', title: t('comma') },
            { value: '.', title: t('point') },
          ]}
        />
        <ChoiceField
          label={t('dateOrder')}
          required
          value={mapping.dateOrder}
          onChange={(order) => onChange({ ...mapping, dateOrder: order === 'mdy' ? 'mdy' : 'dmy' })}
          choices={[
            { value: 'dmy', title: t('dmy') },
            { value: 'mdy', title: t('mdy') },
          ]}
        />
        {mapping.columns.includes('entity') ? null : (
          <TextField
            label={t('station')}
            required
            hint={t('stationHint')}
            value={mapping.entity ?? ''}
            maxLength={200}
            onChange={(entity) => onChange({ ...mapping, entity: entity || null })}
          />
        )}
      </Grid>
      <Panel title={t('columns')}>
        <Grid least={260}>
          {upload.headings.map((heading, index) => (
            <ChoiceField
              // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place
              key={index}
              required
              label={t('meaningOf', { name: heading || String(index + 1) })}
              hint={`${t('firstValues')}: ${rows
                .map((row) => String(row.cells[index] ?? ''))
                .join(' · ')
                .slice(0, 80)}`}
              value={mapping.columns[index] || IGNORE}
              onChange={(role) => {
                const columns = upload.headings.map((_, at) =>
                  at === index ? (role ?? IGNORE).replace(/^-$/, '') : (mapping.columns[at] ?? ''),
                );
                onChange({ ...mapping, columns });
              }}
              choices={choices}
            />
          ))}
        </Grid>
      </Panel>
    </>
  );
}

/** The first rows as they are understood, and the first that are refused. */
function Understood({ upload }: { upload: Upload }) {
  const t = useTexts(uploadWords);
  const say = useSay();
  const formats = useFormats();
  return (
    <>
      {upload.preview.length > 0 ? (
        <Panel title={t('preview')}>
          <ScrollRegion label={t('preview')}>
            <table className="k-plain-table">
              <thead>
                <tr>
                  {(['line', 'entity', 'property', 'time', 'value', 'result'] as const).map((word) => (
                    <th key={word} scope="col">
                      {t(word)}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {upload.preview.map((row, index) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: a line may hold several values
                  <tr key={index}>
                    <td className="k-num">{row.line}</td>
                    <td>{row.entity}</td>
                    <td>{row.property}</td>
                    <td className="k-num">{row.at ? formats.instant(row.at) : ''}</td>
                    <td className="k-right k-num">{row.value === null ? '' : formats.quantity(row.value, row.unit)}</td>
                    <td>{row.reason ? say(row.reason) : t('good')}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </ScrollRegion>
        </Panel>
      ) : null}
      {upload.flaws.length > 0 ? (
        <Panel title={t('flaws')}>
          <ScrollRegion label={t('flaws')}>
            <table className="k-plain-table">
              <thead>
                <tr>
                  <th scope="col">{t('line')}</th>
                  <th scope="col">{t('reason')}</th>
                </tr>
              </thead>
              <tbody>
                {upload.flaws.map((row) => (
                  <tr key={row.line}>
                    <td className="k-num">{row.line}</td>
                    <td>{say(row.reason)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </ScrollRegion>
        </Panel>
      ) : null}
    </>
  );
}
