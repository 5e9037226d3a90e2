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
  useLive,
  useSay,
  useTexts,
  type Values,
} from '../../../web/kit/index.ts';
import {
  EntitiesField,
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
import { EntityFacts } from './entity-facts.tsx';
import { historyWords } from './history-words.ts';
import { pauseWords } from './pause-words.ts';
import { HeldHere } from './pauses.tsx';
import { operationsWords } from './words.ts';

type TypeRow = Awaited<ReturnType<typeof platformClient.call<'GET /api/types'>>>['items'][number];
type Entity = Awaited<ReturnType<typeof platformClient.call<'GET /api/entities/:id'>>>;

/** Any entity of any system: what it says now, its curve, its alerts, its facts; a form from its type's schema. */
export function Page() {
  const t = useTexts(adminWords);
  const o = useTexts(operationsWords);
  const h = useTexts(historyWords);
  const p = useTexts(pauseWords);
  const say = useSay();
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
                    <RelatedPanel id={one.id} />
                    <Panel title={t('facts')}>
                      <EntityFacts entity={one} type={type} />
                    </Panel>
                  </>
                }
              />
            </Stack>
            <SideSheet opened={editing} onClose={() => setEditing(false)} title={t('change')} modal>
              {editing ? (
                <Edit
                  entity={one}
                  type={type}
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

/** What it names by its relations, and what names it, each a link. */
function RelatedPanel({ id }: { id: string }) {
  const t = useTexts(adminWords);
  const say = useSay();
  const related = useQuery(platformClient.ask('GET /api/entities/:id/relations', { params: { id } }));
  useLive(['entities'], () => void related.refetch());
  return (
    <Panel title={t('related')}>
      <Answer of={related} isEmpty={(data) => data.items.length === 0} empty={<span>{t('relatedNone')}</span>}>
        {(data) => (
          <Stack gap={2}>
            <Facts
              facts={[...Map.groupBy(data.items, (one) => say(one.title))].map(([term, items]) => ({
                term,
                value: (
                  <Stack gap={1}>
                    {items.map((one) =>
                      one.name === null ? (
                        <span key={one.id}>{`${one.id} ${t('relatedUnknown')}`}</span>
                      ) : (
                        <Link key={one.id} href={`/console/entities/${encodeURIComponent(one.id)}`}>
                          {one.name}
                        </Link>
                      ),
                    )}
                  </Stack>
                ),
              }))}
            />
            {data.more ? <span>{t('relatedMore')}</span> : null}
          </Stack>
        )}
      </Answer>
    </Panel>
  );
}

const namedBy = (given: unknown): string[] =>
  (Array.isArray(given) ? given : [given]).filter((one): one is string => typeof one === 'string');

/** The form that the type's own schema draws, with name and place before it and its relations after. */
function Edit({ entity, type, onSaved }: { entity: Entity; type: TypeRow; onSaved: () => void }) {
  const t = useTexts(adminWords);
  const say = useSay();
  const schema = type.schema as FormSchema;
  const [named, setNamed] = useState<Record<string, string[]>>(() =>
    Object.fromEntries(Object.keys(type.relations).map((name) => [name, namedBy(entity.properties[name])])),
  );
  const text = (vi: string, en: string) => ({ 'x-text': { vi, en } });
  const whole: FormSchema = {
    properties: {
      name: { type: 'string', minLength: 1, maxLength: 200, ...text('Tên', 'Name') },
      lon: { type: 'number', minimum: -180, maximum: 180, ...text('Kinh độ', 'Longitude') },
      lat: { type: 'number', minimum: -90, maximum: 90, ...text('Vĩ độ', 'Latitude') },
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
            properties: {
              ...Object.fromEntries(
                Object.entries(properties).filter(([, value]) => value !== undefined && value !== ''),
              ),
              ...Object.fromEntries(Object.entries(named).filter(([, ids]) => ids.length > 0)),
            },
            version: entity.version,
          },
        });
        onSaved();
      }}
    >
      {Object.entries(type.relations).map(([name, relation]) => (
        <EntitiesField
          key={name}
          label={say(relation.title)}
          {...(relation.to ? { types: relation.to } : {})}
          value={named[name] ?? []}
          onChange={(ids) => setNamed((before) => ({ ...before, [name]: ids }))}
        />
      ))}
    </SchemaForm>
  );
}
