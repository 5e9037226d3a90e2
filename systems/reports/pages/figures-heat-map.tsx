import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import {
  Answer,
  type Column,
  DataTable,
  Panel,
  Row,
  Stack,
  Text,
  useFormats,
  useSay,
  useTexts,
} from '../../../web/kit/index.ts';
import { heatScale, MapSign, MapView } from '../../../web/kit/map.ts';
import { useProvinceBase } from '../../../web/kit/province.ts';
import { client } from './client.ts';
import { figuresWords } from './figures-words.ts';

type Figures = Awaited<ReturnType<typeof client.call<'GET /api/reports/figures'>>>;
type Item = Figures['items'][number];

const classes = heatScale.steps.length;

/** Communes coloured by reports per 1,000 inhabitants, each with its number; few cases are grey and not ranked. */
export function HeatMap({ asked }: { asked: Record<string, string> }) {
  const t = useTexts(figuresWords);
  const found = useQuery({
    ...client.ask('GET /api/reports/figures', { query: { ...asked, by: 'area' } }),
    placeholderData: (before) => before,
  });
  return (
    <Panel title={t('rateMap')}>
      <Answer of={found}>{(view) => <Coloured view={view} />}</Answer>
    </Panel>
  );
}

function Coloured({ view }: { view: Figures }) {
  const t = useTexts(figuresWords);
  const say = useSay();
  const formats = useFormats();
  const base = useProvinceBase();
  const isRanked = (item: Item): boolean => item.perThousand !== null && item.received >= view.leastRanked;
  const rates = view.items.filter(isRanked).map((item) => item.perThousand ?? 0);
  const most = Math.max(0, ...rates);
  const stepOf = (rate: number): number => Math.min(classes - 1, Math.floor((rate / most) * classes));
  const edge = (step: number): string => formats.number((most * step) / classes, 1);
  const said = (item: Item | undefined): string => {
    if (!item) return '0';
    if (item.perThousand === null) return t('rateCount', { n: item.received });
    const rate = formats.number(item.perThousand, 1);
    return isRanked(item) ? rate : `${rate} (${t('unranked')})`;
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: what else is used follows from the view
  const coloured = useMemo(() => {
    if (!base) return null;
    return {
      ...base,
      units: {
        ...base.units,
        features: base.units.features.map((feature) => {
          const item = view.items.find((one) => one.key === feature.properties.code);
          const color =
            item === undefined || item.perThousand === null
              ? undefined
              : isRanked(item)
                ? heatScale.steps[stepOf(item.perThousand)]
                : heatScale.unranked;
          return {
            ...feature,
            properties: {
              ...feature.properties,
              name: `${feature.properties.name}\n${said(item)}`,
              ...(color ? { color } : {}),
            },
          };
        }),
      },
    };
  }, [base, view]);
  const columns: Column<Item>[] = [
    { id: 'area', title: t('area'), value: (row) => say(row.title) },
    {
      id: 'rate',
      title: t('perThousand'),
      kind: 'number',
      value: (row) => row.perThousand,
      text: (row) => (row.perThousand === null ? '–' : said(row)),
    },
    { id: 'received', title: t('received'), kind: 'number', decimals: 0, value: (row) => row.received },
    { id: 'people', title: t('people'), kind: 'number', decimals: 0, value: (row) => row.inhabitants },
  ];
  const sorted = view.items.toSorted(
    (a, b) => Number(isRanked(b)) - Number(isRanked(a)) || (b.perThousand ?? 0) - (a.perThousand ?? 0),
  );
  return (
    <Stack gap={3}>
      <Row gap={3}>
        {rates.length > 0
          ? heatScale.steps.map((color, step) => (
              <Row key={color} gap={1}>
                <MapSign shape="square" color={color} />
                <Text inline small numbers>
                  {t('rateStep', { from: edge(step), to: edge(step + 1) })}
                </Text>
              </Row>
            ))
          : null}
        <Row gap={1}>
          <MapSign shape="square" color={heatScale.unranked} />
          <Text inline small>
            {t('rateFew', { n: view.leastRanked })}
          </Text>
        </Row>
      </Row>
      {coloured ? <MapView label={t('rateMapOf')} base={coloured} height={520} plain layers={[]} /> : null}
      <DataTable
        label={t('rateList')}
        columns={columns}
        rows={sorted}
        rowKey={(row) => row.key}
        rowName={(row) => say(row.title)}
        rowHref={(row) =>
          `/console/reports?${new URLSearchParams({ all: '1', from: view.from, to: view.to, areaCode: row.key })}`
        }
        view={{}}
        onView={() => undefined}
        pageSize={10}
      />
    </Stack>
  );
}
