import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import {
  Age,
  type Column,
  DataTable,
  EmptyState,
  Page as KitPage,
  Link,
  ProvenanceMark,
  Row,
  type SeverityStep,
  StateBadge,
  severityWords,
  Text,
  useFormats,
  useNavigateTo,
  useSay,
  useText,
  useTexts,
  viewFromSearch,
  viewToSearch,
} from '../../../web/kit/index.ts';
import { AlertSeverity, AlertState } from './alert-bits.tsx';
import {
  type Group,
  GroupState,
  keyOf,
  ManyActs,
  type QueueLine,
  useAreasOf,
  useQueue,
  useSeveritiesOf,
} from './alert-queue.tsx';
import { client } from './client.ts';
import { pauseWords } from './pause-words.ts';
import { queueWords } from './queue-words.ts';
import { statisticsWords } from './statistics-words.ts';
import { operationsWords } from './words.ts';

/** A line as it was shown, with what it is now: it does not move, it counts. */
type Shown = QueueLine & { more: number };

/**
 * The lines that the operator is looking at, in the order in which they came: what changes meanwhile is counted on
 * them, what is new waits above until it is asked for.
 */
function useStill(lines: readonly QueueLine[] | undefined) {
  const [still, setStill] = useState<readonly QueueLine[] | undefined>(undefined);
  const [adopt, setAdopt] = useState(true);
  if (lines && (still === undefined || adopt)) {
    setStill(lines);
    setAdopt(false);
  }
  const shown = useMemo<Shown[] | undefined>(() => {
    const now = new Map((lines ?? []).map((line) => [keyOf(line), line]));
    return still?.flatMap((line): Shown[] => {
      const newer = now.get(keyOf(line));
      // Closed by somebody meanwhile, or taken into a storm.
      if (!newer) return [];
      const more = 'group' in newer && 'group' in line ? Math.max(0, newer.group.total - line.group.total) : 0;
      return [{ ...newer, more }];
    });
  }, [lines, still]);
  const known = new Set(still?.map(keyOf));
  const fresh = (lines ?? []).filter((line) => !known.has(keyOf(line))).length;
  return { shown, fresh, show: () => setAdopt(true) };
}

/** The alert queue as a table: worst first, storms as one line, new lines counted above and shown when asked for. */
export function Page() {
  const t = useTexts(operationsWords);
  const q = useTexts(queueWords);
  const p = useTexts(pauseWords);
  const s = useTexts(statisticsWords);
  const say = useSay();
  const formats = useFormats();
  const navigate = useNavigateTo();
  const areasOf = useAreasOf();
  const severitiesOf = useSeveritiesOf();
  const search = useSearch({ strict: false }) as Record<string, string>;
  const queue = useQueue();
  const held = useQuery({ ...client.ask('GET /api/alert-held', { query: {} }), refetchInterval: 60_000 });
  const waiting = held.data?.items.length ?? 0;
  const { shown, fresh, show } = useStill(queue.data?.lines);
  const empty = useText({ vi: 'Không có cảnh báo nào đang mở.', en: 'No alert is open.' });
  const severity = (row: Shown): SeverityStep =>
    ('alert' in row ? row.alert.severity : row.group.severity) as SeverityStep;
  const state = (group: Group): string =>
    group.open > 0 ? t('open') : group.holders.length > 0 ? t('acknowledged') : q('snoozedN', { n: group.snoozed });
  const columns: Column<Shown>[] = [
    {
      id: 'title',
      title: t('title'),
      value: (row) => say('alert' in row ? row.alert.title : row.group.title),
      text: (row) =>
        'alert' in row ? say(row.alert.title) : `${q('stormOf', { n: row.group.count })}: ${say(row.group.title)}`,
    },
    {
      id: 'severity',
      title: t('severity'),
      value: severity,
      text: (row) => say(severityWords[severity(row)]),
      cell: (row) => <AlertSeverity severity={severity(row)} />,
      filter: true,
    },
    {
      id: 'where',
      title: t('where'),
      value: (row) => ('alert' in row ? row.alert.entityName : areasOf(row.group)),
    },
    {
      id: 'value',
      title: t('value'),
      value: (row) => ('alert' in row ? row.alert.value : null),
      text: (row) => ('alert' in row ? formats.quantity(row.alert.value, row.alert.unit) : severitiesOf(row.group)),
      cell: (row) =>
        'alert' in row ? (
          formats.quantity(row.alert.value, row.alert.unit)
        ) : (
          <Row gap={2} wrap={false}>
            <Text small soft inline>
              {severitiesOf(row.group)}
            </Text>
            {row.more > 0 ? <StateBadge tone="new" word={q('more', { n: row.more })} /> : null}
          </Row>
        ),
    },
    {
      id: 'happened',
      title: t('happened'),
      kind: 'instant',
      value: (row) => ('alert' in row ? row.alert.happenedAt : row.group.happenedAt),
      cell: (row) => {
        const at = 'alert' in row ? row.alert.happenedAt : row.group.happenedAt;
        return at ? <Age at={at} /> : '–';
      },
    },
    {
      id: 'state',
      title: t('state'),
      filter: true,
      value: (row) => ('alert' in row ? t(row.alert.state) : state(row.group)),
      cell: (row) => ('alert' in row ? <AlertState alert={row.alert} /> : <GroupState group={row.group} />),
    },
    {
      id: 'holder',
      title: t('holder'),
      value: (row) =>
        'alert' in row
          ? (row.alert.acknowledged?.name ?? '')
          : row.group.holders.map((one) => `${one.name} (${one.count})`).join(', '),
    },
    {
      id: 'count',
      title: t('count'),
      kind: 'number',
      value: (row) => ('alert' in row ? row.alert.count : row.group.count),
      hidden: true,
    },
    {
      id: 'source',
      title: '',
      value: (row) => ('alert' in row ? row.alert.provenance : row.group.provenance),
      cell: (row) => <ProvenanceMark provenance={'alert' in row ? row.alert.provenance : row.group.provenance} />,
    },
  ];
  return (
    <KitPage
      title={t('alerts')}
      acts={
        <>
          <Link href="/console/alerts/statistics">{s('statistics')}</Link>
          <Link href="/console/pauses">{waiting > 0 ? p('queueHeld', { n: waiting }) : p('pauses')}</Link>
        </>
      }
      lead={
        queue.data && queue.data.total > queue.data.lines.length
          ? q('inQueue', { n: queue.data.total, m: queue.data.lines.length })
          : null
      }
    >
      <DataTable
        label={t('alerts')}
        columns={columns}
        rows={shown}
        rowKey={keyOf}
        rowName={(row) =>
          'alert' in row
            ? `${say(row.alert.title)}, ${row.alert.entityName}`
            : `${q('stormOf', { n: row.group.count })}: ${say(row.group.title)}`
        }
        rowHref={(row) =>
          'alert' in row ? `/console/alerts/${row.alert.id}` : `/console/alerts/groups/${row.group.id}`
        }
        view={viewFromSearch(search)}
        onView={(view) => navigate(`/console/alerts?${new URLSearchParams(viewToSearch(view))}`)}
        error={queue.error}
        onRetry={() => void queue.refetch()}
        empty={<EmptyState title={empty} />}
        fresh={fresh}
        onShowFresh={show}
        bulk={(rows, clear) => {
          const ids = rows.flatMap((row) => ('alert' in row ? [row.alert.id] : []));
          const groups = rows.flatMap((row) => ('group' in row ? [row.group.id] : []));
          const count = ids.length + rows.reduce((sum, row) => sum + ('group' in row ? row.group.count : 0), 0);
          return (
            <ManyActs
              which={{ ids, groups }}
              count={count}
              takeWord={t('take')}
              onDone={() => {
                clear();
                void queue.refetch().then(show);
              }}
            />
          );
        }}
        fileName="canh-bao"
      />
    </KitPage>
  );
}
