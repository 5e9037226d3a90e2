import { useQuery } from '@tanstack/react-query';
import { Facts, type FormSchema, fieldsOf, useFormats, useSay, useTexts } from '../../../web/kit/index.ts';
import { platformClient } from '../../../web/kit/province.ts';
import { adminWords } from './admin-words.ts';
import { client } from './client.ts';
import { operationsWords } from './words.ts';

type TypeRow = Awaited<ReturnType<typeof platformClient.call<'GET /api/types'>>>['items'][number];
type Entity = Awaited<ReturnType<typeof platformClient.call<'GET /api/entities/:id'>>>;

/** What is known of an entity besides its figures, by the names that people use and not by codes. */
export function EntityFacts({ entity, type }: { entity: Entity; type: TypeRow }) {
  const t = useTexts(adminWords);
  const o = useTexts(operationsWords);
  const say = useSay();
  const formats = useFormats();
  const { organisationId, areaCode, location } = entity;
  const unit = useQuery({
    ...client.ask('GET /api/organisations/:id', { params: { id: organisationId ?? '' } }),
    enabled: organisationId !== null,
  });
  const area = useQuery({
    ...platformClient.ask('GET /api/territory/units/:code', { params: { code: areaCode ?? '' } }),
    enabled: areaCode !== null,
  });
  const fields = fieldsOf(type.schema as FormSchema);
  const told = ([name, value]: [string, unknown]) => {
    const field = fields.find((one) => one.name === name);
    const title = field ? say(field.title) : name === 'everySeconds' ? t('everySeconds') : name;
    const choice = field?.choices.find((one) => one.value === value);
    const text = choice
      ? say(choice.title)
      : typeof value === 'boolean'
        ? t(value ? 'yes' : 'no')
        : typeof value === 'number'
          ? formats.number(value, String(value).split('.')[1]?.length ?? 0)
          : String(value);
    return { term: title, value: field?.unit ? `${text} ${field.unit}` : text };
  };
  return (
    <Facts
      facts={[
        { term: 'ID', value: entity.id },
        // The code until the name is there, and where nobody has one.
        { term: t('organisation'), value: unit.data ? say(unit.data.name) : organisationId },
        { term: t('area'), value: area.data ? `${area.data.name} (${areaCode})` : areaCode },
        location && {
          term: o('place'),
          value: `${formats.number(location.lat, 4)}; ${formats.number(location.lon, 4)}`,
        },
        { term: t('origin'), value: t(entity.provenance) },
        ...Object.entries(entity.properties)
          .filter(([name]) => !Object.hasOwn(type.relations, name))
          .map(told),
      ]}
    />
  );
}
