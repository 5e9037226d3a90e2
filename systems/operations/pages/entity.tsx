import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import {
  Answer,
  Button,
  Facts,
  Figure,
  FigureRow,
  type FormSchema,
  Page as KitPage,
  Link,
  notify,
  Panel,
  ProvenanceMark,
  Row,
  SchemaForm,
  SideSheet,
  Split,
  Stack,
  useFormats,
  useLive,
  useSay,
  useTexts,
  type Values,
} from '../../../web/kit/index.ts';
import {
  EntityCurve,
  ExplainDerived,
  headlineOf,
  platformClient,
  staleSeconds,
  useEntity,
} from '../../../web/kit/province.ts';
import { adminWords } from './admin-words.ts';
import { AlertSeverity } from './alert-bits.tsx';
import { client } from './client.ts';
import { historyWords } from './history-words.ts';
import { pauseWords } from './pause-words.ts';
import { HeldHere } from './pauses.tsx';
import { operationsWords } from './words.ts';

type Entity = Awaited<ReturnType<typeof platformClient.call<'GET /api/entities/:id'>>>;

/** Any entity of any system: what it says now, its curve, its alerts, its facts; a form from its type's schema. */
export function Page() {
  const t = useTexts(adminWords);
  const o = useTexts(operationsWords);
  const h = useTexts(historyWords);
  const p = useTexts(pauseWords);
  const say = useSay();
  const formats = useFormats();
  const { id = '' } = useParams({ strict: false });
  const [editing, setEditing] = useState(false);
  const entity = useEntity(id);
  const types = useQuery({ ...platformClient.ask('GET /api/types'), staleTime: 600_000 });
  const alerts = useQuery(client.ask('GET /api/alerts', { query: { entity: id, limit: 20 } }));
  useLive(['alerts'], () => void alerts.refetch());
  return (
    <Answer of={entity}>
      {(one) => {
        const type = types.data?.items.find((each) => each.name === one.type);
        if (!type) return null;
        const head = headlineOf(type, one);
        return (
          <KitPage
            title={one.name}
            crumbs={[{ title: t('catalogue'), href: '/console/entities' }, { title: one.name }]}
            lead={
              <Row gap={3}>
                <span>{say(type.title)}</span>
                {head.at && type.observes[head.property]?.derived ? (
                  <ExplainDerived
                    entity={one.id}
                    property={head.property}
                    at={head.at}
                    title={say(type.observes[head.property]?.title ?? type.title)}
                  />
                ) : null}
                <ProvenanceMark provenance={one.provenance} />
              </Row>
            }
            acts={one.may.includes('edit') ? <Button onClick={() => setEditing(true)}>{t('change')}</Button> : null}
          >
            <Stack gap={5}>
              <FigureRow label={t('now')}>
                {Object.entries(type.observes).map(([property, observed]) => (
                  <Figure
                    key={property}
                    title={say(observed.title)}
                    value={one.state[property]?.quality === 0 ? one.state[property]?.value : null}
                    unit={observed.unit}
                    decimals={observed.decimals ?? 1}
                    at={one.state[property]?.observedAt ?? null}
                    staleAfterSeconds={staleSeconds(type, one, property)}
                    provenance={one.provenance}
                    href={`/console/entities/${encodeURIComponent(one.id)}#curve`}
                  />
                ))}
              </FigureRow>
              <Split
                main={
                  <Panel
                    title={t('curve')}
                    tools={<Link href={`/console/entities/${encodeURIComponent(one.id)}/history`}>{h('history')}</Link>}
                  >
                    <div id="curve">
                      <EntityCurve type={type} entity={one} />
                    </div>
                  </Panel>
                }
                side={
                  <>
                    <Panel
                      title={o('alerts')}
                      tools={<Link href={`/console/pauses?entity=${encodeURIComponent(one.id)}`}>{p('make')}</Link>}
                    >
                      <HeldHere entity={one} />
                      <Answer of={alerts} isEmpty={(data) => data.items.length === 0} empty={<span>{o('calm')}</span>}>
                        {(data) => (
                          <Stack gap={2}>
                            {data.items.map((alert) => (
                              <Row key={alert.id} gap={2}>
                                <AlertSeverity severity={alert.severity} />
                                <Link href={`/console/alerts/${alert.id}`}>{say(alert.title)}</Link>
                              </Row>
                            ))}
                          </Stack>
                        )}
                      </Answer>
                    </Panel>
                    <Panel title={t('facts')}>
                      <Facts
                        facts={[
                          { term: 'ID', value: one.id },
                          { term: t('organisation'), value: one.organisationId },
                          { term: t('area'), value: one.areaCode },
                          one.location && {
                            term: o('place'),
                            value: `${formats.number(one.location.lat, 4)}; ${formats.number(one.location.lon, 4)}`,
                          },
                          { term: t('origin'), value: t(one.provenance) },
                          ...Object.entries(one.properties).map(([name, value]) => ({
                            term: name,
                            value: String(value),
                          })),
                        ]}
                      />
                    </Panel>
                  </>
                }
              />
            </Stack>
            <SideSheet opened={editing} onClose={() => setEditing(false)} title={t('change')} modal>
              {editing ? (
                <Edit
                  entity={one}
                  schema={type.schema as FormSchema}
                  onSaved={() => {
                    setEditing(false);
                    notify({ title: t('savedEntity'), kind: 'done' });
                    void entity.refetch();
                  }}
                />
              ) : null}
            </SideSheet>
          </KitPage>
        );
      }}
    </Answer>
  );
}

/** The form that the type's own schema draws, with name and place before it. */
function Edit({ entity, schema, onSaved }: { entity: Entity; schema: FormSchema; onSaved: () => void }) {
  const t = useTexts(adminWords);
  const text = (vi: string, en: string) => ({ 'x-text': { vi, en } });
  const whole: FormSchema = {
    properties: {
      name: { type: 'string', minLength: 1, maxLength: 200, ...text('Tên', 'Name') },
      lon: { type: 'number', minimum: -180, maximum: 180, ...text('Kinh độ', 'Longitude') },
      lat: { type: 'number', minimum: -90, maximum: 90, ...text('Vĩ độ', 'Latitude') },
      dependsOn: {
        type: 'string',
        maxLength: 200,
        ...text('Phụ thuộc vào (mã trạm điện, cổng kết nối)', 'Depends on (id of its power or gateway)'),
      },
      ...schema.properties,
    },
    required: ['name', ...(schema.required ?? [])],
  };
  const initial: Values = { name: entity.name, ...(entity.location ?? {}), ...(entity.properties as Values) };
  return (
    <SchemaForm
      schema={whole}
      initial={initial}
      submit={t('saveEntity')}
      onSubmit={async ({ name, lon, lat, ...properties }) => {
        await client.call('PUT /api/entities/:id', {
          params: { id: entity.id },
          body: {
            type: entity.type,
            name: String(name),
            organisationId: entity.organisationId,
            location: typeof lon === 'number' && typeof lat === 'number' ? { lon, lat } : null,
            properties: Object.fromEntries(
              Object.entries(properties).filter(([, value]) => value !== undefined && value !== ''),
            ),
            version: entity.version,
          },
        });
        onSaved();
      }}
    />
  );
}
