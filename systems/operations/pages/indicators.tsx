import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import {
  Answer,
  ChoiceField,
  EmptyState,
  ExplainBody,
  Figure,
  FigureRow,
  Page as KitPage,
  Link,
  Panel,
  Row,
  Stack,
  Text,
  useFormats,
  useNavigateTo,
  useNow,
  useSay,
  useTexts,
} from '../../../web/kit/index.ts';
import { adminWords } from './admin-words.ts';
import { client } from './client.ts';

function monthsUntil(now: Date): string[] {
  const local = new Date(now.getTime() + 7 * 3_600_000);
  return Array.from({ length: 12 }, (_, back) =>
    new Date(Date.UTC(local.getUTCFullYear(), local.getUTCMonth() - back, 1)).toISOString().slice(0, 7),
  );
}

/** The month's figures; a press opens the formula, its ground and its rows. */
export function Page() {
  const t = useTexts(adminWords);
  const say = useSay();
  const formats = useFormats();
  const navigate = useNavigateTo();
  const search = useSearch({ strict: false }) as Record<string, string>;
  const months = monthsUntil(useNow());
  const period = search.period ?? months[0] ?? '';
  const figures = useQuery(client.ask('GET /api/indicators', { query: { period } }));
  const go = (change: Record<string, string>) =>
    navigate(`/console/indicators?${new URLSearchParams({ ...search, period, ...change })}`);
  return (
    <KitPage title={t('indicators')} lead={t('indicatorsLead')}>
      <Stack gap={5}>
        <Row>
          <ChoiceField
            label={t('month')}
            required
            value={period}
            onChange={(value) => value && go({ period: value })}
            choices={months.map((value) => ({ value, title: formats.month(`${value}-15T00:00:00Z`) }))}
          />
        </Row>
        <Answer of={figures} isEmpty={(data) => data.items.length === 0}>
          {(data) => (
            <FigureRow label={t('indicators')}>
              {data.items.map((one) => (
                <Figure
                  key={one.code}
                  title={say(one.title)}
                  value={one.value}
                  unit={one.unit}
                  decimals={one.unit === '%' ? 1 : 0}
                  trend={[one.previous, one.value]}
                  limit={one.target}
                  {...(one.met === false ? { severity: 3 as const } : {})}
                  note={[
                    one.target === null ? null : t('target', { value: formats.quantity(one.target, one.unit) }),
                    one.complete ? null : t('running'),
                  ]
                    .filter(Boolean)
                    .join(' · ')}
                  href={`/console/indicators?${new URLSearchParams({ period, code: one.code })}`}
                />
              ))}
            </FigureRow>
          )}
        </Answer>
        {search.code ? <Why code={search.code} period={period} /> : <EmptyState title={t('choose')} />}
      </Stack>
    </KitPage>
  );
}

function Why({ code, period }: { code: string; period: string }) {
  const t = useTexts(adminWords);
  const say = useSay();
  const formats = useFormats();
  const why = useQuery(client.ask('GET /api/indicators/:code', { params: { code }, query: { period } }));
  return (
    <Answer of={why}>
      {(one) => (
        <Panel title={say(one.title)}>
          <Stack gap={5}>
            <ExplainBody
              explanation={{
                value: formats.quantity(one.value, one.unit, one.unit === '%' ? 1 : 0),
                formula: (
                  <>
                    {say(one.words)}
                    <br />
                    <code>{one.formula}</code>
                  </>
                ),
                version: one.version,
                law: one.law ? say(one.law) : null,
                period: formats.month(`${period}-15T00:00:00Z`),
                columns: [{ title: t('subject') }, { title: t('indicators'), number: true }],
                rows: one.inputs.map((input) => ({
                  id: input.name,
                  cells: [say(input.title), formats.quantity(input.value, input.unit)],
                })),
              }}
            />
            {one.inputs.map((input) => (
              <Rows
                key={input.name}
                code={code}
                source={input.name}
                title={t('input', { name: say(input.title) })}
                period={period}
              />
            ))}
          </Stack>
        </Panel>
      )}
    </Answer>
  );
}

function Rows({ code, source, title, period }: { code: string; source: string; title: string; period: string }) {
  const t = useTexts(adminWords);
  const say = useSay();
  const formats = useFormats();
  const rows = useQuery(
    client.ask('GET /api/indicators/:code/rows', { params: { code }, query: { period, source, limit: 100 } }),
  );
  const shown = (key: string, value: unknown): string =>
    typeof value === 'number'
      ? formats.number(value)
      : value === null || value === undefined
        ? '–'
        : /At$/.test(key) && typeof value === 'string'
          ? formats.instant(value)
          : String(value);
  return (
    <Panel
      title={title}
      tools={
        <Link
          download
          href={client.address('GET /api/indicators/:code/rows.csv', { params: { code }, query: { period, source } })}
        >
          {t('csv')}
        </Link>
      }
    >
      <Answer of={rows} isEmpty={(data) => data.items.length === 0} empty={<Text soft>{t('none')}</Text>}>
        {(data) => (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls sideways must be reachable by key
          <section className="k-explain-scroll" tabIndex={0} aria-label={`${title} – ${data.total}`}>
            <table className="k-plain-table">
              <thead>
                <tr>
                  {data.columns.map((column) => (
                    <th key={column.key} scope="col">
                      {say(column.title)}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {data.items.map((row, index) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: rows are as the server gave them and have no state
                  <tr key={index}>
                    {data.columns.map((column) => (
                      <td key={column.key}>{shown(column.key, row[column.key])}</td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
        )}
      </Answer>
    </Panel>
  );
}
